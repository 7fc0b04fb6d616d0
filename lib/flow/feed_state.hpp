#pragma once

#include <cstdint>
#include <optional>

#include "store/connection.hpp"

namespace pulse::flow {

/// What the database says of the feed itself, at one moment.
struct FeedState {
    std::int64_t now_ms = 0;  ///< wall clock when it was read
    std::int64_t last_batch = 0;
    std::optional<std::int64_t> stored_ms;   ///< wall clock of the newest batch from the stream
    std::optional<std::int64_t> live_to_ms;  ///< event time up to which the stream is stored
    /// stored_ms - live_to_ms: the vendor's delay and ours, as last seen. About 900,000 on the delayed feed.
    std::optional<std::int64_t> delay_ms;
    bool simulated = false;  ///< the table pulse_simulated marks the database: every trade is invented
    int schema_version = 0;
};

/// Throws DbError. A database without our tables gives schema version 0 and nothing else.
FeedState read_feed_state(store::Connection& connection);

/// Trades younger than this are not missing, they are on their way: the feed's delay as seen, at least 15
/// minutes, and at most 30, and one minute more.
std::int64_t expected_lag_ms(const FeedState& state);

/// Event time up to which something is known or missing: now less expected_lag_ms(); of an invented session,
/// which plays when it likes, only as far as it has played.
std::int64_t horizon_ms(const FeedState& state);

}  // namespace pulse::flow
