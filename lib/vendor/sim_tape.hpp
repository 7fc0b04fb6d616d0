#pragma once

#include <cstdint>
#include <string_view>

namespace pulse {

/// Walks the trade lines of a tape: one vendor object a line. Empty lines and records of another kind (a
/// captured stream has watermarks) are skipped. The text must outlive the cursor.
class TapeCursor {
  public:
    explicit TapeCursor(std::string_view tape) : rest_(tape) { find(); }

    [[nodiscard]] bool at_end() const { return line_.empty(); }
    /// The current trade without its newline; empty at the end.
    [[nodiscard]] std::string_view line() const { return line_; }
    void advance() { find(); }
    /// Bytes from the current line on; less with every step.
    [[nodiscard]] std::size_t left() const { return line_.size() + rest_.size(); }

  private:
    void find();

    std::string_view rest_;
    std::string_view line_;
};

/// The symbol of a trade line, or empty.
std::string_view tape_symbol(std::string_view line);

/// The time `t` of a trade line in Unix ms, or 0.
std::int64_t tape_time(std::string_view line);

}  // namespace pulse
