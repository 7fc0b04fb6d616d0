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
    std::int64_t known_ms = 0;  ///< when it could be known: see known_at_ms() of its last print
};

struct Signals {
    std::vector<Signal> signals;        ///< rarest first; ties: most premium first
    std::int64_t contracts = 0;         ///< contracts with orders in the session that were looked at
    std::int64_t unscored = 0;          ///< of them: without a score, for want of history or because of a gap
    int sessions = 0;                   ///< the fullest history among the cells looked at
    std::vector<std::string> unjoined;  ///< see Concentration
};

/// Windows end at the session's 5-minute steps; of each contract the one with the most premium is taken (the
/// earliest of equals). The step under way counts with what it holds so far. `watched`: as in
/// read_concentration(). Throws DbError.
Signals read_signals(store::Connection& connection, const SignalsQuestion& question, const Snapshot& snapshot,
                     const std::vector<std::string>& watched);

/// From a print to when it could be known: 15 minutes that the feed is delayed and one of processing. The
/// same for all that is stored, whatever the delay is today: an answer about the past must not depend on it.
inline constexpr std::int64_t kKnownLagMs = 16 * 60'000;

/// When something whose last print is at `last_ms` could be known. Unix ms.
constexpr std::int64_t known_at_ms(std::int64_t last_ms) {
    return last_ms + kKnownLagMs;
}

}  // namespace pulse::flow
