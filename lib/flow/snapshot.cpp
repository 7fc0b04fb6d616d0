#include "flow/snapshot.hpp"

#include <algorithm>

#include "market/calendar.hpp"
#include "store/gaps.hpp"

namespace pulse::flow {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kCoverageDays = 1500;
constexpr std::int64_t kRecentDays = 30;

KnownTime coverage_before(store::Connection& connection, std::int64_t moment_ms) {
    return KnownTime(
        store::read_coverage(connection, {moment_ms - kCoverageDays * kDayMs, moment_ms + kDayMs}));
}

}  // namespace

Snapshot read_snapshot(store::Connection& connection) {
    Snapshot snapshot;
    snapshot.feed = read_feed_state(connection);
    if (snapshot.feed.schema_version > 0)
        snapshot.coverage = coverage_before(connection, snapshot.feed.now_ms);
    return snapshot;
}

Snapshot snapshot_before(store::Connection& connection, const Snapshot& snapshot, std::int64_t moment_ms) {
    // What a snapshot of now lacks at its far end, an answer about the last months doesn't ask for.
    if (moment_ms >= snapshot.feed.now_ms - kRecentDays * kDayMs) return snapshot;
    return {snapshot.feed, coverage_before(connection, moment_ms)};
}

std::int64_t market_now_ms(const FeedState& feed) {
    const std::int64_t horizon = horizon_ms(feed);
    return std::min(horizon, last_session(horizon).close_ms);
}

}  // namespace pulse::flow
