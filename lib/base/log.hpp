#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Logging to stderr: one line and one write(2) a message, because several tools share the terminal.
/// Text is `TIME LEVEL TOOL: MESSAGE`; json is one object a line with `level`, `time`, `tool`, `msg`.
/// Safe from any thread once configured.
namespace pulse::log {

enum class Level { kError, kWarn, kInfo, kDebug };
enum class Format { kText, kJson };

/// Call once, before the first message of a second thread.
void configure(std::string tool, Level level, Format format);

[[nodiscard]] bool enabled(Level level) noexcept;

/// One finished log line with its newline; for callers that gather many lines into one write (see
/// write_lines).
std::string line(Level level, std::string_view message);

/// Writes lines made by line() in one write(2).
void write_lines(std::string_view lines) noexcept;

void write(Level level, std::string_view message);

template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::kWarn)) write(Level::kWarn, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::kInfo)) write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::kDebug)) write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}

/// Lets a burst of repeating messages through, then one a period; the rest are counted. Not thread-safe.
class RateLimit {
  public:
    RateLimit(unsigned burst, std::int64_t period_ms) : burst_(burst), period_ms_(period_ms) {}

    /// True when a message may be written at `now_ms` (any clock that never goes back).
    bool allow(std::int64_t now_ms) noexcept;
    /// Messages held back since the last one let through; reading resets the count.
    std::uint64_t take_suppressed() noexcept { return std::exchange(suppressed_, 0); }

  private:
    unsigned burst_;
    std::int64_t period_ms_;
    std::int64_t last_ms_ = 0;
    std::uint64_t suppressed_ = 0;
};

}  // namespace pulse::log
