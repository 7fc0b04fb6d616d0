#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace pulse {

/// Packs texts into zstd frames, each whole in itself, with its size and a checksum of its content. Files of
/// such frames can be joined end to end and cut between frames, and `zstdcat` reads them.
class FramePacker {
  public:
    FramePacker();
    ~FramePacker();
    FramePacker(const FramePacker&) = delete;
    FramePacker& operator=(const FramePacker&) = delete;

    /// Puts the text's frame in place of what `frame` holds. Throws Error(kFailure) when zstd refuses.
    void pack(std::string_view text, std::string& frame);

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// How many bytes of whole frames with right checksums `data` begins with.
std::size_t whole_frames(std::string_view data);

}  // namespace pulse
