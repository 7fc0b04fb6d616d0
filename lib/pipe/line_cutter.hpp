#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pulse {

/// Cuts an input's blocks (see LineBlocks) into numbered lines.
class LineCutter {
  public:
    /// Calls `take` with each line that isn't empty, without its \n or \r\n; the last one may lack it. What
    /// `take` throws ends the block: the lines behind are not counted.
    template <typename Take>
    void each(std::string_view lines, Take take) {
        while (!lines.empty()) {
            const void* newline = std::memchr(lines.data(), '\n', lines.size());
            const std::size_t size =
                newline == nullptr
                    ? lines.size()
                    : static_cast<std::size_t>(static_cast<const char*>(newline) - lines.data());
            auto line = lines.substr(0, size);
            lines.remove_prefix(newline == nullptr ? size : size + 1);
            ++number_;
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (!line.empty()) take(line);
        }
    }

    /// Counts a line that came in pieces.
    void skip() { ++number_; }

    /// Of the line at hand, from 1; empty lines count.
    [[nodiscard]] std::uint64_t number() const { return number_; }

  private:
    std::uint64_t number_ = 0;
};

}  // namespace pulse
