#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "market/date.hpp"

namespace pulse {

/// One regular session of the US equity options market.
struct Session {
    Day date;
    std::int64_t open_ms;   ///< 9:30 New York, Unix ms
    std::int64_t close_ms;  ///< 16:00 New York, 13:00 on half days, Unix ms
};

/// True on the days the market is open: weekdays that are no exchange holiday. Rules of the NYSE holiday
/// calendar from 2012 on, with the unplanned closures (2012-10-29/30, 2018-12-05, 2025-01-09).
bool is_session(Day day);

/// True on sessions that close at 13:00: the day after Thanksgiving, 24 December and 3 July where they are
/// sessions.
bool is_half_day(Day day);

/// The session of that date, or nothing when the market is closed.
std::optional<Session> session_of(Day day);

/// What somebody who knows better says about one date: closed, or an early close.
struct CalendarChange {
    Day date{};
    std::optional<std::int64_t> close_ms;  ///< Unix ms; nothing: closed
};

/// The sessions from `first` to `last`, both inclusive, in order; a change overrides what the rules say of
/// its date.
std::vector<Session> sessions_between(Day first, Day last, std::span<const CalendarChange> changes = {});

/// The last session that opened at or before the instant (Unix ms).
Session last_session(std::int64_t unix_ms);

}  // namespace pulse
