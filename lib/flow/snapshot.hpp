#pragma once

#include "flow/feed_state.hpp"
#include "flow/known_time.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// The oldest schema that these questions can be asked of.
inline constexpr int kNeededSchema = 4;

/// What is known of the feed, read together.
struct Snapshot {
    FeedState feed;
    KnownTime coverage;  ///< of the last 1,500 days
};

/// Throws DbError. A database without our tables gives schema version 0 and no coverage.
Snapshot read_snapshot(store::Connection& connection);

/// The same with the coverage of the 1,500 days before `moment_ms`, for questions about the past: read anew
/// when the snapshot's own doesn't reach back far enough. Throws DbError.
Snapshot snapshot_before(store::Connection& connection, const Snapshot& snapshot, std::int64_t moment_ms);

/// The latest instant of market time that could be known, Unix ms: the horizon, or the close of the last
/// session before it. "Now", for questions about the flow.
std::int64_t market_now_ms(const FeedState& feed);

}  // namespace pulse::flow
