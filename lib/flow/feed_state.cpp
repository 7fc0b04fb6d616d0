#include "flow/feed_state.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "store/batch_log.hpp"

namespace pulse::flow {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kUsualLagMs = 15 * kMinuteMs;
constexpr std::int64_t kMostLagMs = 30 * kMinuteMs;

bool has_table(store::Connection& connection, const char* name) {
    return !connection.query("SELECT to_regclass($1)", {name}).null(0, 0);
}

void read_batches(store::Connection& connection, FeedState& state) {
    state.last_batch = store::newest_batch(connection);
    const auto live = store::newest_live_batch(connection);
    if (!live) return;
    state.stored_ms = live->stored_us / 1000;
    state.live_to_ms = live->live_to_ms;
    state.delay_ms = *state.stored_ms - *state.live_to_ms;
}

}  // namespace

FeedState read_feed_state(store::Connection& connection) {
    FeedState state;
    state.now_ms = wall_ms();
    if (!has_table(connection, "pulse_schema")) return state;
    state.schema_version = static_cast<int>(
        connection.run("SELECT coalesce(max(version), 0) FROM pulse_schema").front().integer(0, 0));
    state.simulated = has_table(connection, "pulse_simulated");
    if (has_table(connection, "stored_batches")) read_batches(connection, state);
    if (!state.live_to_ms && has_table(connection, "coverage")) {
        // The log keeps the newest batches only, and a database from an older release starts without one.
        const auto rows = connection.run(
            "SELECT (extract(epoch FROM max(to_time)) * 1000)::bigint FROM coverage WHERE source = 'live'");
        if (!rows.front().null(0, 0)) state.live_to_ms = rows.front().integer(0, 0);
    }
    return state;
}

std::int64_t expected_lag_ms(const FeedState& state) {
    return std::clamp(state.delay_ms.value_or(0), kUsualLagMs, kMostLagMs) + kMinuteMs;
}

std::int64_t horizon_ms(const FeedState& state) {
    const std::int64_t horizon = state.now_ms - expected_lag_ms(state);
    return state.simulated && state.live_to_ms ? std::min(horizon, *state.live_to_ms) : horizon;
}

}  // namespace pulse::flow
