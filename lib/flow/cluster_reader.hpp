#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/cluster.hpp"
#include "flow/concentration.hpp"
#include "flow/trade_filter.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// One ticker and side in a window: orders with first_ms in [from_ms, to_ms).
struct FlowPlace {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    std::string option_symbol;  ///< only this contract's cluster is wanted; empty: any
};

/// The clusters of some places, unscored; from_ms and to_ms are the place's.
struct FoundClusters {
    std::vector<Cluster> clusters;    ///< most premium first, at most the limit
    std::vector<std::size_t> places;  ///< of each cluster: index into the places
    std::int64_t count = 0;           ///< before the limit
};

/// Conditions of `filter` on expiry, strike, max_dte and min_premium (of the cluster) apply to the clusters
/// alone: shares are of the whole side. To be called in a ReadTransaction. Throws DbError.
FoundClusters read_clusters(store::Connection& connection, const std::vector<FlowPlace>& places,
                            const TradeFilter& filter, int limit);

/// The places as a whole, most premium first; those without orders aren't there.
std::vector<SideFlow> read_sides(store::Connection& connection, const std::vector<FlowPlace>& places);

}  // namespace pulse::flow
