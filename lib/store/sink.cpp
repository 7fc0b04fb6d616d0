#include "store/sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "embedded/pulse_store.hpp"

namespace pulse::store {

namespace {

constexpr int kMaxCollisions = 12;
constexpr std::array<std::string_view, kJsonKinds> kJsonSql{sql::coverage_sql, sql::daily_bars_sql,
                                                            sql::orders_sql, sql::baselines_sql};

// An occurrence beyond the column's range must meet the server as what it is, to be refused.
bool fits_direct(const Batch& batch) {
    const auto fits = [](const Placed& placed) {
        return placed.occurrence <= std::numeric_limits<std::int16_t>::max();
    };
    return std::all_of(batch.placed_trades.begin(), batch.placed_trades.end(), fits);
}

// Stores [from, to) by `store`, halving on a refusal until the rows at fault stand alone: `refused` gets
// those.
template <typename Store, typename OnRefused>
void bisect(Connection& connection, std::size_t from, std::size_t to, const Store& store,
            const OnRefused& refused) {
    if (from == to) return;
    connection.run("SAVEPOINT part");
    try {
        store(from, to);
        connection.run("RELEASE part");
        return;
    } catch (const DbError& error) {
        if (error.kind() != DbErrorKind::kRefused) throw;
        connection.run("ROLLBACK TO part; RELEASE part");
        if (to - from == 1) {
            refused(from, error);
            return;
        }
    }
    const std::size_t middle = from + (to - from) / 2;
    bisect(connection, from, middle, store, refused);
    bisect(connection, middle, to, store, refused);
}

}  // namespace

StoreResult Sink::store(const Batch& batch, std::size_t lane) {
    lane_ = &lanes_[lane];
    Path path = lane_->ahead || (gate_.open() && fits_direct(batch)) ? Path::kCopy : Path::kMerge;
    int collisions = 0;
    for (;;) {
        reach_database();
        try {
            StoreResult result = attempt(batch, path);
            failures_ = 0;
            refusals_ = 0;
            return result;
        } catch (const DbError& error) {
            path = after_failure(error, path, collisions);
        }
    }
}

void Sink::send_ahead(const Batch& batch, std::size_t lane) noexcept {
    Lane& mine = lanes_[lane];
    if (!may_send_ahead_ || batch.placed_trades.empty() || !fits_direct(batch)) return;
    try {
        if (!mine.connection) mine.connection = std::make_unique<Connection>(database_);
        copy_trades(mine, batch);
        mine.ahead = true;
    } catch (const DbError& error) {
        if (mine.connection && error.kind() != DbErrorKind::kLost)
            mine.connection->rollback();
        else
            mine.connection.reset();
    } catch (const std::exception&) {
        mine.connection.reset();
    }
}

void Sink::take_back(std::size_t lane) noexcept {
    Lane& mine = lanes_[lane];
    if (std::exchange(mine.ahead, false)) mine.connection->rollback();
}

Sink::Path Sink::after_failure(const DbError& error, Path path, int& collisions) {
    may_send_ahead_ = false;
    lane_->connection->rollback();
    switch (error.kind()) {
        case DbErrorKind::kConflict:
            if (path != Path::kCopy) break;
            gate_.on_conflict();
            return Path::kMerge;
        case DbErrorKind::kBusy:
            break;
        case DbErrorKind::kRefused:
            if (path == Path::kRowByRow)
                throw Error(Exit::kFailure, fmt::format("the database failed: {}", error.what()));
            return Path::kRowByRow;
        case DbErrorKind::kLost:
            // A commit whose answer got lost may have happened: merging finds what is there already.
            lane_->connection.reset();
            give_up_or_wait(error);
            return path == Path::kRowByRow ? path : Path::kMerge;
        case DbErrorKind::kAuth:
        case DbErrorKind::kConfig:
            throw Error(Exit::kConfig, fmt::format("the database role lacks a right: {}", error.what()));
        case DbErrorKind::kOther:
            throw Error(Exit::kFailure, fmt::format("the database failed: {}", error.what()));
    }
    if (++collisions > kMaxCollisions)
        throw Error(Exit::kFailure,
                    fmt::format("other sessions kept this batch from being stored: {}", error.what()));
    log::debug("another session was in the way: {}", error.what());
    std::this_thread::sleep_for(std::chrono::milliseconds(2 << std::min(collisions, 9)));
    return path == Path::kCopy ? Path::kMerge : path;
}

StoreResult Sink::attempt(const Batch& batch, Path path) {
    StoreResult result;
    note_ = {};
    begin(batch, path);
    if (path == Path::kRowByRow) {
        store_row_by_row(batch, result);
    } else {
        if (path == Path::kCopy)
            result.stored = batch.placed_trades.size();
        else if (!batch.placed_trades.empty())
            result.stored = lane_->trades.merge(*lane_->connection, batch.placed_trades, batch.trades);
        if (result.stored > 0) note_.trades(batch.placed_trades, batch.trades);
        store_cancels(batch, result);
        store_json(batch, result);
    }
    lane_->connection->run(note_.commit_sql());
    const std::uint64_t accepted = batch.size() - result.refused.size();
    if (path == Path::kCopy)
        gate_.on_copied();
    else
        gate_.on_merged(result.stored == accepted);
    ++(path == Path::kCopy ? copied_ : merged_);
    may_send_ahead_ = path == Path::kCopy;
    result.stored = std::min(result.stored, accepted);
    result.duplicates = accepted - result.stored;
    return result;
}

void Sink::copy_trades(Lane& lane, const Batch& batch) {
    lane.connection->begin_copy("BEGIN; " + lane.trades.copy_sql());
    lane.trades.copy(*lane.connection, batch.placed_trades, batch.trades);
}

// Copied prints are there before the look at the cancels: the lock makes that look see every cancel whose
// transaction can't have seen them.
void Sink::begin(const Batch& batch, Path path) {
    std::string sql = ledger_.begin_sql(!batch.placed_cancels.empty());
    if (path == Path::kCopy && !batch.placed_trades.empty()) {
        if (!std::exchange(lane_->ahead, false)) copy_trades(*lane_, batch);
    } else {
        sql = "BEGIN; " + sql;
    }
    ledger_.learn(lane_->connection->run(sql).back());
}

void Sink::store_cancels(const Batch& batch, StoreResult& result) {
    if (!batch.placed_cancels.empty()) {
        const auto added = cancels_.merge(*lane_->connection, batch.placed_cancels, batch.cancels);
        if (added > 0) note_.cancels(batch.placed_cancels, batch.cancels);
        result.stored += added;
    }
    ledger_.apply(*lane_->connection, batch.trades, batch.cancels);
}

void Sink::store_json(const Batch& batch, StoreResult& result) {
    for (std::size_t kind = 0; kind < kJsonKinds; ++kind)
        insert_json(kind, batch, 0, batch.json[kind].size(), result);
}

void Sink::insert_json(std::size_t kind, const Batch& batch, std::size_t from, std::size_t to,
                       StoreResult& result) {
    if (from == to) return;
    const auto& lines = batch.json[kind];
    std::string array = "[";
    for (std::size_t i = from; i < to; ++i) {
        if (i > from) array += ',';
        array += batch.line(lines[i]);
    }
    const Result rows = lane_->connection->query(std::string(kJsonSql[kind]), {array + "]"});
    if (kind == static_cast<std::size_t>(JsonKind::kWatermark)) note_.watermarks(rows);
    if (kind == static_cast<std::size_t>(JsonKind::kOrder) && rows.integer(0, 0) > 0) note_.orders();
    result.stored += to - from;
}

void Sink::store_row_by_row(const Batch& batch, StoreResult& result) {
    const auto refuse = [&](std::uint32_t line, const DbError& error) {
        result.refused.push_back({batch.line_number(line), std::string(batch.line(line)),
                                  fmt::format("the database refuses it: {}", error.what())});
    };
    const auto store_placed = [&](TradeWriter& writer, const std::vector<Placed>& placed,
                                  const std::vector<TradeRow>& rows, auto note) {
        bisect(
            *lane_->connection, 0, placed.size(),
            [&](std::size_t from, std::size_t to) {
                const auto part = std::span(placed).subspan(from, to - from);
                const auto added = writer.merge(*lane_->connection, part, rows);
                if (added > 0) (note_.*note)(part, rows);
                result.stored += added;
            },
            [&](std::size_t i, const DbError& error) { refuse(rows[placed[i].row].line, error); });
    };
    store_placed(lane_->trades, batch.placed_trades, batch.trades, &BatchNote::trades);
    store_placed(cancels_, batch.placed_cancels, batch.cancels, &BatchNote::cancels);
    ledger_.apply(*lane_->connection, batch.trades, batch.cancels);
    for (std::size_t kind = 0; kind < kJsonKinds; ++kind)
        bisect(
            *lane_->connection, 0, batch.json[kind].size(),
            [&](std::size_t from, std::size_t to) { insert_json(kind, batch, from, to, result); },
            [&](std::size_t i, const DbError& error) { refuse(batch.json[kind][i], error); });
}

}  // namespace pulse::store
