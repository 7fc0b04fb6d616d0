#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pulse {

/// A print or a cancel of one class: the prints of one symbol, exchange, price and size.
struct ClassEvent {
    std::int64_t t_ms = 0;  ///< Unix ms
    bool is_cancel = false;
};

/// Which print each cancel takes back.
struct CancelMatch {
    /// For each event: the time of the cancel that took this print back; nothing for the others and for
    /// cancels.
    std::vector<std::optional<std::int64_t>> cancelled_at;
    /// Time of the last cancel that found no print among the events.
    std::optional<std::int64_t> last_unmatched;
};

/// Each cancel takes back the newest print that is not later than it and not taken back yet. `events` in time
/// order, prints before cancels of the same instant, so the answer depends on what happened and not on the
/// order it arrived in. A stretch of time is enough when no cancel in it stays unmatched: a cancel reaches
/// past prints only when it must.
CancelMatch match_cancels(std::span<const ClassEvent> events);

}  // namespace pulse
