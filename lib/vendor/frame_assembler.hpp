#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pulse {

/// Puts a message together from the pieces a socket library hands out, with readable padding behind it and a
/// bound on its length.
class FrameAssembler {
  public:
    FrameAssembler(std::size_t max_bytes, std::size_t padding) : max_bytes_(max_bytes), padding_(padding) {}

    /// Adds a piece. With the `last` one gives the whole message, valid until the next call; nothing before
    /// that, and nothing once the message is too long.
    std::optional<std::string_view> add(std::string_view piece, bool last) {
        if (complete_) reset();
        if (too_long_ || buffer_.size() + piece.size() > max_bytes_) {
            too_long_ = true;
            return std::nullopt;
        }
        buffer_.append(piece);
        if (!last) return std::nullopt;
        complete_ = true;
        const std::size_t size = buffer_.size();
        buffer_.append(padding_, '\0');
        return std::string_view(buffer_.data(), size);
    }

    /// True once a message passed the bound; stays so until reset().
    [[nodiscard]] bool too_long() const { return too_long_; }

    /// Forgets what was gathered; keeps its memory.
    void reset() {
        buffer_.clear();
        complete_ = too_long_ = false;
    }

  private:
    std::size_t max_bytes_;
    std::size_t padding_;
    std::string buffer_;
    bool complete_ = false;
    bool too_long_ = false;
};

}  // namespace pulse
