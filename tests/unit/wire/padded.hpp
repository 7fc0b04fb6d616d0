#pragma once

#include <string>
#include <string_view>

#include "pipe/line_blocks.hpp"

/// Text with the padding behind it that readers of blocks may look at, filled with what would mislead a
/// careless one.
class Padded {
  public:
    explicit Padded(std::string_view text) : size_(text.size()), bytes_(text) {
        bytes_.append(pulse::kBlockPadding, '9');
    }
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
    [[nodiscard]] const char* begin() const { return bytes_.data(); }
    [[nodiscard]] const char* end() const { return bytes_.data() + size_; }

  private:
    std::size_t size_;
    std::string bytes_;
};
