#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "vendor/frame.hpp"
#include "wire/watermark.hpp"

namespace pulse {

/// Decides what the live stream may promise to have delivered. An interval starts with the first trade after
/// an acknowledged subscription and grows with the highest trade time handed to the output; it ends with the
/// connection, or just before anything that was lost. Each interval is a session of its own, so a gap can't
/// be bridged by merging. Times of trades and watermarks are Unix ms; `now_ms` is any clock that doesn't go
/// back.
class LiveCoverage {
  public:
    /// `tickers`: what the promise is about, `*` alone for all. `session_prefix` must differ between
    /// processes.
    LiveCoverage(std::vector<std::string> tickers, std::string session_prefix)
        : tickers_(std::move(tickers)), session_prefix_(std::move(session_prefix)) {}

    /// The whole subscription was acknowledged: the next trade starts an interval.
    void begin();
    /// These trades were handed over. Times more than a minute after `now_wall_ms` are ignored: no trade
    /// comes from the future, and one damaged time stamp must not promise years.
    void delivered(const TimeSpan& times, std::int64_t now_wall_ms);
    /// These trades were lost after arriving: the interval ends before the earliest of them.
    void lost(const TimeSpan& times);
    /// The connection is over, or the output was cut after a number of trades (then the last instant isn't
    /// complete).
    void end(bool cut = false);

    /// The next watermark to write, if one is due: an interval's last at once, a growing one's at most once a
    /// second.
    [[nodiscard]] std::optional<Watermark> due(std::int64_t now_ms) const;
    /// The one that due() gave was written.
    void written(std::int64_t now_ms);

  private:
    struct Interval {
        std::uint64_t number = 0;
        std::int64_t from_ms = 0;
        std::int64_t to_ms = 0;
    };
    [[nodiscard]] Watermark watermark(const Interval& interval) const;
    void finish_interval(Interval interval, std::int64_t to_ms);

    std::vector<std::string> tickers_;
    std::string session_prefix_;
    bool active_ = false;              ///< subscribed
    std::optional<Interval> current_;  ///< has had its first trade
    std::deque<Interval> ended_;       ///< their last watermark isn't written yet
    std::int64_t not_before_ms_ = 0;   ///< an interval after a loss starts after all that was lost
    std::int64_t written_to_ms_ = 0;   ///< `to` of the current interval's last watermark, 0 = none
    std::optional<std::int64_t> last_written_ms_;
    std::uint64_t intervals_ = 0;
};

}  // namespace pulse
