#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/cluster.hpp"
#include "flow/snapshot.hpp"
#include "flow/trade_filter.hpp"
#include "market/date.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

struct SignalsQuestion {
    TradeFilter filter;  ///< ticker, side, max_dte, expiry, strike; min_premium is about a cluster's premium;
                         ///< no times
    Day session{};       ///< the session looked at
    std::int64_t until_ms =
        INT64_MAX;         ///< only orders that began before: what was known at an earlier moment
    double max_p = 0.001;  ///< 0 < max_p ≤ 1
    int limit = 20;        ///< 1 … 200
};

/// A contract's largest 30-minute window of a session, when it is rarer than asked for.
struct Signal {
    Cluster cluster;
    std::int64_t known_ms =
        0;  ///< last member print + the feed's delay: when it could be known, see known_at_ms()
};

struct Signals {
    std::vector<Signal> signals;  ///< rarest first; ties: most premium first
    std::int64_t contracts = 0;   ///< contracts with orders in the session that were looked at
    std::int64_t unscored = 0;    ///< of them: without a score, for want of history or because of a gap
    int sessions = 0;             ///< the fullest history among the cells looked at
};

/// Windows end at the session's 5-minute steps; of each contract the one with the most premium is taken (the
/// earliest of equals). The step under way counts with what it holds so far. Throws DbError.
Signals read_signals(store::Connection& connection, const SignalsQuestion& question, const Snapshot& snapshot,
                     const std::vector<std::string>& watched);

/// When something whose last print is at `last_ms` could be known: the feed's delay (as seen, at least 15
/// minutes) and a minute of processing later. Unix ms.
std::int64_t known_at_ms(std::int64_t last_ms, const FeedState& feed);

}  // namespace pulse::flow
