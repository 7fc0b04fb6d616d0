#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/cluster.hpp"
#include "flow/snapshot.hpp"
#include "flow/trade_filter.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

struct ConcentrationQuestion {
    TradeFilter filter;  ///< ticker, side, expiry, strike, max_dte; min_premium is about a cluster's premium;
                         ///< no times
    int window_min = 30;        ///< 5, 10 or 30 (any 1 … 390)
    std::int64_t until_ms = 0;  ///< the window is [max(until - window, open of until's session), until)
    int limit = 20;             ///< clusters, 1 … 200
    bool unscored = false;      ///< leave `score` at kNoBaseline: for callers that don't show it
};

/// One side of one ticker in the window.
struct SideFlow {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    Decimal premium;  ///< dollars, without what is left out
    std::int64_t orders = 0;
    std::int64_t contracts = 0;  ///< different option symbols
    double hhi = 0;
    Decimal left_out;
};

struct Concentration {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    std::vector<Cluster> clusters;   ///< most premium first
    std::int64_t cluster_count = 0;  ///< before the limit
    std::vector<SideFlow> sides;     ///< most premium first
    Decimal left_out;  ///< dollars left out in the window, of what was asked about; whatever its premium
    /// Tickers asked about, or watched when none was: of their orders in the session nothing is known,
    /// though trades are. See unjoined_places().
    std::vector<std::string> unjoined;
};

/// `watched`: the tickers that are asked about when no other is, and whose looks count for the expected
/// alarms beside those asked about. Throws DbError.
Concentration read_concentration(store::Connection& connection, const ConcentrationQuestion& question,
                                 const Snapshot& snapshot, const std::vector<std::string>& watched);

}  // namespace pulse::flow
