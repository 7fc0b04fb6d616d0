#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pulse {

/// Spreads starts evenly: `rate` a second, of which a tenth of a second's worth (at least one) may come at
/// once after a quiet time. So no second sees more than rate × 1.1 of them: 99 at the default 90, where the
/// vendor asks to stay below 100. Times are milliseconds of one clock that never goes back.
class RateLimit {
  public:
    /// 0 or less: no limit. Fractions are fine: 0.0833 is five a minute.
    explicit RateLimit(double rate);

    /// When the next start is allowed.
    [[nodiscard]] std::int64_t ready_ms() const;
    /// One starts now.
    void take(std::int64_t now_ms);

  private:
    std::int64_t interval_ns_ = 0;
    std::int64_t slack_ns_ = 0;  ///< how far ahead of the even spacing a burst may run
    std::int64_t even_ns_ = 0;   ///< when the next start is due if all are spaced evenly
};

/// The pause that answers of 429 (too many requests) put on everything: as long as the vendor's Retry-After
/// says, and at least half a second that doubles to a minute while pauses don't help. The many refusals of
/// one burst are one step.
class Throttle {
  public:
    [[nodiscard]] std::int64_t until_ms() const { return until_ms_; }
    /// An answer of 429 to a request started at `started_ms`.
    void refused(std::int64_t started_ms, std::int64_t now_ms, const std::optional<std::string>& retry_after);
    /// A request started at `started_ms` was answered properly.
    void answered(std::int64_t started_ms);
    /// True after an hour of pauses without one proper answer between them.
    [[nodiscard]] bool hopeless() const { return longest_pauses_ >= kMaxLongestPauses; }

    static constexpr std::int64_t kFirstPauseMs = 500;
    static constexpr std::int64_t kLongestPauseMs = 60'000;
    static constexpr unsigned kMaxLongestPauses = 60;

  private:
    std::int64_t until_ms_ = INT64_MIN;
    std::int64_t begun_ms_ = INT64_MIN;         ///< when the last pause was decided
    std::int64_t begun_before_ms_ = INT64_MIN;  ///< and the one before it
    unsigned pauses_ = 0;                       ///< in a row
    unsigned longest_pauses_ = 0;               ///< of them, those of a minute
};

/// A Retry-After header in milliseconds, at most ten minutes; nothing when absent. A date, which needs the
/// wall clock, and anything else that isn't seconds count as a minute.
std::optional<std::int64_t> retry_after_ms(const std::optional<std::string>& header);

/// How long one request waits before its next attempt: half a second doubling to thirty with each failure in
/// a row (≥ 1), drawn between half and all of it. `random`: evenly spread over [0, 1).
std::int64_t back_off_ms(unsigned failures, double random);

}  // namespace pulse
