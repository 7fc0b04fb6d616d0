#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/cluster.hpp"
#include "flow/snapshot.hpp"
#include "market/calendar.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// A premium of one contract in a window, to be held against earlier sessions.
struct Scored {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    int dte = 0;
    std::int64_t from_ms = 0;  ///< the window, [from_ms, to_ms), within one session
    std::int64_t to_ms = 0;
    Decimal premium;  ///< dollars
};

/// How far back sessions count, in calendar days.
inline constexpr Day kHistoryDays = 400;

/// The whole dollars of a premium, cut.
std::int64_t whole_dollars(const Decimal& premium);

/// The tickers whose windows count as looks of a question: those watched and those asked about, sorted.
std::vector<std::string> looked_over(const std::vector<std::string>& watched,
                                     const std::vector<std::string>& asked);

/// What the windows of a half hour (`slot`, from 0) look at, cut to the session: from the begin of its first
/// one, both ends inclusive.
TimeRange looked_at(const Session& session, int slot, int window_min);

/// The scores of premiums of one session, in the same order: against the windows of the same ticker, side,
/// days to expiry, half hour (that the window ends in) and length, in strictly earlier sessions that are
/// known whole there. `looks`: the tickers whose windows count as looks. Throws DbError.
std::vector<Score> read_scores(store::Connection& connection, const std::vector<Scored>& premiums,
                               const Session& session, int window_min, const Snapshot& snapshot,
                               const std::vector<std::string>& looks);

}  // namespace pulse::flow
