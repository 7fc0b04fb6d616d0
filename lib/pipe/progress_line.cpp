#include "pipe/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"

namespace pulse {

namespace {
constexpr std::int64_t kLineMs = 500;
constexpr std::int64_t kLogMs = 60'000;
constexpr std::string_view kWipe = "\x1b[K";
}  // namespace

ProgressMode parse_progress_mode(std::string_view text) {
    if (text == "auto") return ProgressMode::kAuto;
    if (text == "always") return ProgressMode::kAlways;
    if (text == "never") return ProgressMode::kNever;
    throw Error(Exit::kUsage, fmt::format("--progress takes auto, always or never, not '{}'", text));
}

ProgressLine::ProgressLine(ProgressMode mode)
    : line_(mode == ProgressMode::kAlways || (mode == ProgressMode::kAuto && ::isatty(STDERR_FILENO) == 1)),
      silent_(mode == ProgressMode::kNever) {}

ProgressLine::~ProgressLine() {
    if (shown_) write_all(STDERR_FILENO, kWipe);
}

bool ProgressLine::due(std::int64_t now_ms) const {
    return !silent_ && now_ms >= next_ms_;
}

void ProgressLine::show(std::string_view text, std::int64_t now_ms) {
    if (!due(now_ms)) return;
    if (line_) {
        // The cursor stays at the line's begin, so that a log line writes over it.
        shown_ = write_all(STDERR_FILENO, fmt::format("{}{}\r", kWipe, text)) == 0;
        next_ms_ = now_ms + kLineMs;
    } else {
        // Not at once: a job that takes less than a minute needs no progress.
        if (next_ms_ != INT64_MIN) log::info("{}", text);
        next_ms_ = now_ms + kLogMs;
    }
}

}  // namespace pulse
