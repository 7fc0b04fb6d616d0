#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace pulse {

/// Finds the line ends of a block, 64 bytes at a time. Keeps its memory from block to block.
class LineEnds {
  public:
    /// The offset of every newline in `block`, in order; a last line without newline ends at block.size(). 64
    /// readable bytes behind the block are needed, and blocks are smaller than 4 GiB. Valid until the next
    /// call.
    std::span<const std::uint32_t> find(std::string_view block);

  private:
    void reserve(std::size_t count);

    std::unique_ptr<std::uint32_t[]> ends_;
    std::size_t capacity_ = 0;
};

}  // namespace pulse
