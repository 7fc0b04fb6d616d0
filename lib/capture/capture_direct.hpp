#pragma once

#include "capture/capture_folder.hpp"
#include "pipe/tape_copy.hpp"

namespace pulse {

/// Keeps what history tells, on the calling thread: nobody is in a hurry there, and a capture with holes
/// would be worth nothing. take(), settle() and finish() throw Error(kIo) when something can't be written.
class CaptureDirect final : public TapeCopy {
  public:
    /// Throws Error(kConfig) when the folder can't be written to.
    explicit CaptureDirect(CaptureSettings settings) : folder_(std::move(settings)) {}
    /// Closes the files, as well as it goes.
    ~CaptureDirect() override;

    void take(std::string_view lines) override;
    void settle() override;
    void finish() override;

  private:
    void check() const;

    CaptureFolder folder_;
    bool finished_ = false;
};

}  // namespace pulse
