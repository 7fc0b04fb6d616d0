#include "serve/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "market/calendar.hpp"

namespace pulse::serve {

namespace {

// Even a busy pipeline lags a little, and a reconnect takes a moment: that is no alarm.
constexpr std::int64_t kGraceMs = 5 * 60'000;
// The stream's last trade may come some time before the bell.
constexpr std::int64_t kBeforeCloseMs = 60'000;
constexpr std::int64_t kSimulatedQuietMs = 60'000;

FeedStatus simulated_status(const flow::FeedState& state, std::int64_t now_ms) {
    return state.stored_ms && now_ms - *state.stored_ms <= kSimulatedQuietMs ? FeedStatus::kLive
                                                                             : FeedStatus::kQuiet;
}

}  // namespace

std::string_view name_of(FeedStatus status) {
    switch (status) {
        case FeedStatus::kLive:
            return "live";
        case FeedStatus::kQuiet:
            return "quiet";
        case FeedStatus::kClosed:
            return "closed";
        case FeedStatus::kStale:
            return "stale";
        case FeedStatus::kNoData:
            return "no_data";
        case FeedStatus::kNoSchema:
            return "no_schema";
        case FeedStatus::kNoDatabase:
            return "no_database";
    }
    return "no_database";
}

FeedStatus feed_status(const std::optional<flow::FeedState>& state, std::int64_t now_ms) {
    if (!state) return FeedStatus::kNoDatabase;
    if (state->schema_version < kNeededSchema) return FeedStatus::kNoSchema;
    if (state->simulated) return simulated_status(*state, now_ms);
    const Session session = last_session(now_ms);
    const std::int64_t horizon = now_ms - flow::expected_lag_ms(*state);  // event time that should be stored
    if (horizon >= session.close_ms) return FeedStatus::kClosed;
    const std::int64_t live_to = state->live_to_ms.value_or(0);
    if (live_to < session.open_ms)
        return horizon - kGraceMs < session.open_ms ? FeedStatus::kQuiet : FeedStatus::kNoData;
    const std::int64_t expected = std::min(horizon - kGraceMs, session.close_ms - kBeforeCloseMs);
    return live_to < expected ? FeedStatus::kStale : FeedStatus::kLive;
}

Readiness readiness(const std::optional<flow::FeedState>& state, std::int64_t now_ms) {
    switch (feed_status(state, now_ms)) {
        case FeedStatus::kNoDatabase:
            return {false, "database", "PostgreSQL can't be reached: start it, or correct DATABASE_URL"};
        case FeedStatus::kNoSchema:
            return {false, "schema",
                    fmt::format("the database has schema version {}, this program reads {}: run pg-sink "
                                "--migrate-only of this release",
                                state->schema_version, kNeededSchema)};
        case FeedStatus::kNoData:
            return {false, "no_data",
                    "the market is open, and nothing of this session has been stored from the stream: is "
                    "polygon-stream running, and does the plan include options trades?"};
        case FeedStatus::kStale:
            return {false, "stale",
                    fmt::format("stored up to {} only: look at polygon-stream and pg-sink",
                                rfc3339_ms(*state->live_to_ms))};
        case FeedStatus::kLive:
        case FeedStatus::kQuiet:
        case FeedStatus::kClosed:
            return {true, "", ""};
    }
    return {};
}

}  // namespace pulse::serve
