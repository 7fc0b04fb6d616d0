#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "capture/capture_names.hpp"

namespace pulse {

/// A file of frames that is being written: it has the ending .part and is locked, so that others see that
/// somebody is at it. Only close() gives it its name; whatever else happens, it stays as it is.
class CaptureFile {
  public:
    /// Makes DIR/folder when it isn't there, and the file in it. Throws Error(kIo).
    CaptureFile(const std::string& directory, const std::string& folder, CaptureName name);

    /// Writes the frame whole; one that can't be written is taken back as far as possible. Throws Error(kIo).
    void append(std::string_view frame);
    /// Brings everything to the disk, then gives the file its name; one without content is removed. Throws
    /// Error(kIo).
    void close();

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    [[noreturn]] void fail(const char* what, int error) const;

    std::string folder_path_;
    std::string path_;  ///< without .part
    UniqueFd file_;
    std::uint64_t bytes_ = 0;
    bool damaged_ = false;  ///< what stands behind bytes_ couldn't be taken back
};

/// What became of a .part file whose writer may be gone.
struct RecoveredPart {
    bool in_use = false;     ///< it has a writer: nothing was done
    std::uint64_t kept = 0;  ///< bytes of whole frames; 0: the file was removed
    std::uint64_t cut = 0;   ///< bytes behind them
};

/// Ends the file of a writer that was killed: cuts it to its whole frames and gives it its name. Throws
/// Error(kIo).
RecoveredPart recover_part(const std::string& part_path);

}  // namespace pulse
