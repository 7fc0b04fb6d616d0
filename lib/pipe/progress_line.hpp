#pragma once

#include <cstdint>
#include <string_view>

namespace pulse {

enum class ProgressMode {
    kAuto,    ///< as kAlways on a terminal, else a log line a minute
    kAlways,  ///< a line on stderr that is written over
    kNever,
};

/// `auto`, `always` or `never`. Throws Error(kUsage) for anything else.
ProgressMode parse_progress_mode(std::string_view text);

/// Shows how far a long job is, on stderr.
class ProgressLine {
  public:
    explicit ProgressLine(ProgressMode mode);
    /// Wipes the line.
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// True when show() would write: spares making the text. Times in ms of any clock that never goes back.
    [[nodiscard]] bool due(std::int64_t now_ms) const;
    void show(std::string_view text, std::int64_t now_ms);

  private:
    bool line_;  ///< written over; else a log line a minute
    bool silent_;
    bool shown_ = false;
    std::int64_t next_ms_ = INT64_MIN;
};

}  // namespace pulse
