#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/outcomes.hpp"
#include "flow/outcomes_returns.hpp"
#include "market/calendar.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// Whose events, and which orders are known: those whose last print is not later than `last_ms`.
struct EventSource {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    std::int64_t last_ms = 0;
};

/// The event of each of these sessions (ascending) that has one, oldest first. Neither known_ms nor what
/// depends on it is set. Throws DbError, as do the others.
std::vector<FlowEvent> read_events(store::Connection& connection, const EventSource& source,
                                   const std::vector<Session>& sessions);

/// The newest of these sessions (ascending) that has an event.
std::optional<Session> newest_with_event(store::Connection& connection, const EventSource& source,
                                         const std::vector<Session>& sessions);

/// Daily bars of the ticker from `first` to `last`, inclusive. One with a price that no bar can have is left
/// out: it counts as missing.
std::map<Day, Bar> read_bars(store::Connection& connection, const std::string& ticker, Day first, Day last);

}  // namespace pulse::flow
