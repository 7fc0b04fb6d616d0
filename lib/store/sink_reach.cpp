// How a Sink comes to its database: connecting, waiting, giving up.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "store/migrate.hpp"
#include "store/sink.hpp"

namespace pulse::store {

namespace {

constexpr int kAuthTries = 3;
/// How many attempts a stop still allows: what was accepted is worth a few seconds, a supervisor waits no
/// longer.
constexpr int kTriesAfterStop = 4;
constexpr std::int64_t kStopWaitMs = 1000;

// 250 ms, doubling, at most 10 s.
std::int64_t backoff_ms(int failures) {
    return std::min<std::int64_t>(10'000, std::int64_t{250} << std::min(failures - 1, 6));
}

}  // namespace

bool Sink::open() {
    while (!lane_->connection && !stop_requested()) reach_database_once();
    if (!lane_->connection) return false;
    log::info("connected to {}, schema version {}", lane_->connection->where(), latest_schema_version());
    return true;
}

void Sink::reach_database() {
    while (!lane_->connection) reach_database_once();
}

void Sink::reach_database_once() {
    try {
        connect_once();
    } catch (const DbError& error) {
        lane_->connection.reset();
        give_up_or_wait(error);
    }
}

void Sink::connect_once() {
    lane_->connection = std::make_unique<Connection>(database_);
    migrate(*lane_->connection);
    on_database_(true);
    if (failures_ > 0) log::info("the database is back: connected to {}", lane_->connection->where());
}

void Sink::give_up_or_wait(const DbError& error) {
    ++failures_;
    on_database_(false);
    if (error.kind() == DbErrorKind::kConfig)
        throw Error(Exit::kConfig,
                    fmt::format("the database can't be used: {}; create it, grant the role its rights, or "
                                "correct DATABASE_URL or PGDATABASE",
                                error.what()));
    if (error.kind() == DbErrorKind::kAuth && ++refusals_ >= kAuthTries)
        throw Error(Exit::kAuth,
                    fmt::format("the database refuses the credentials: {}; check user and password in "
                                "DATABASE_URL or PGUSER and PGPASSWORD",
                                error.what()));
    if (error.kind() == DbErrorKind::kOther)
        throw Error(Exit::kFailure, fmt::format("the database failed: {}", error.what()));
    if (failures_ > max_retries_)
        throw Error(Exit::kUnavailable,
                    fmt::format("no database after {} attempts: {}; start it, or correct DATABASE_URL or "
                                "PGHOST and PGPORT",
                                failures_, error.what()));
    if (stop_requested() && ++tries_after_stop_ >= kTriesAfterStop)
        throw Error(Exit::kUnavailable,
                    fmt::format("asked to stop while the database is away: {}; what was not stored is lost, "
                                "send it again",
                                error.what()));
    const auto wait = stop_requested() ? kStopWaitMs : backoff_ms(failures_);
    log::warn("no database: {}; next attempt in {} ms, input waits", error.what(), wait);
    if (stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    else
        readable(stop_fd(), static_cast<int>(wait));  // a stop cuts the wait short
}

}  // namespace pulse::store
