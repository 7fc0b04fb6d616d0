#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flow/known.hpp"
#include "flow/snapshot.hpp"

namespace pulse::serve {

using flow::kNeededSchema;

/// The state of the feed as the dashboard shows it. The names are those of the stream's status events.
enum class FeedStatus {
    kLive,        ///< in market hours, and stored up to its usual delay
    kQuiet,       ///< the session has begun, nothing can have come yet; or an invented session has ended
    kClosed,      ///< the market is closed
    kStale,       ///< in market hours, but the stream has stopped
    kNoData,      ///< in market hours, and nothing of this session has come
    kNoSchema,    ///< the database has no tables of ours, or those of an older release
    kNoDatabase,  ///< can't be reached
};
std::string_view name_of(FeedStatus status);

/// `state`: as last read, nothing when the database can't be reached.
FeedStatus feed_status(const std::optional<flow::FeedState>& state, std::int64_t now_ms);

/// What /readyz says.
struct Readiness {
    bool ready = false;
    std::string stage;    ///< the failing one: database, schema, no_data, stale; empty when ready
    std::string message;  ///< what is wrong and what to do
};
Readiness readiness(const std::optional<flow::FeedState>& state, std::int64_t now_ms);

}  // namespace pulse::serve
