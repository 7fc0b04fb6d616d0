#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "vendor/trades_backfill.hpp"

namespace pulse {

/// Turns a backfill's counts into a line for people, with speeds over the last half minute. Times are ms of
/// any clock that doesn't go back.
class BackfillProgress {
  public:
    /// Takes the counts of now; at least once a second for good speeds.
    void update(const TradesProgress& progress, std::uint64_t requests, std::int64_t now_ms);

    /// `AAPL  contracts 1,234/56,012  rows 1.2 M  kept 3,456  89 requests/s  ETA 9:12`, or what it does
    /// before it knows.
    [[nodiscard]] std::string text() const;

  private:
    struct Sample {
        std::int64_t ms = 0;
        std::uint64_t requests = 0;
        std::uint64_t contracts = 0;
    };
    [[nodiscard]] double per_second(std::uint64_t Sample::* count) const;
    [[nodiscard]] std::optional<std::int64_t> seconds_left() const;

    TradesProgress now_;
    std::deque<Sample> samples_;
};

/// 1234567 → 1,234,567.
std::string grouped(std::uint64_t count);
/// 3456 → 3,456, 1234567 → 1.2 M, 2345678901 → 2.3 G.
std::string rounded(std::uint64_t count);
/// Seconds as 0:07, 9:12 or 1:02:30.
std::string duration_text(std::int64_t seconds);

}  // namespace pulse
