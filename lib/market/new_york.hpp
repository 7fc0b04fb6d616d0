#pragma once

#include <cstdint>

#include "market/date.hpp"

namespace pulse {

/// Latest instant accepted anywhere: 9999-12-31T00:00:00Z in Unix milliseconds.
inline constexpr std::int64_t kMaxUnixMs = 253'402'214'400'000;

/// Turns instants into dates on the wall of the exchange, America/New_York, through the system's time zone
/// data (package tzdata). Remembers the last day it looked up, so a tape in time order costs a comparison a
/// trade. Not thread-safe: one instance a thread.
class NewYorkClock {
  public:
    /// The New York date of a Unix time in ms (0 … kMaxUnixMs).
    Day date_of(std::int64_t unix_ms) {
        if (unix_ms < day_start_ms_ || unix_ms >= day_end_ms_) look_up(unix_ms);
        return day_;
    }
    /// First instant of the date that `date_of` answered last, and of the one after it, in Unix ms.
    [[nodiscard]] std::int64_t day_start_ms() const { return day_start_ms_; }
    [[nodiscard]] std::int64_t day_end_ms() const { return day_end_ms_; }

  private:
    void look_up(std::int64_t unix_ms);

    Day day_ = 0;
    std::int64_t day_start_ms_ = 0;
    std::int64_t day_end_ms_ = 0;
};

/// Unix ms of `minutes` after midnight on `day` in New York. In the hour that spring skips: the instant of
/// the change.
std::int64_t new_york_ms(Day day, int minutes);

}  // namespace pulse
