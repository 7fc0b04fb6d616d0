#include "store/batch_log.hpp"

#include <string>

namespace pulse::store {

namespace {

// Milliseconds as whole numbers, stored_at in microseconds: it must equal that of the rows exactly.
constexpr const char* kColumns =
    "id, (extract(epoch FROM stored_at) * 1000000)::bigint, "
    "(extract(epoch FROM trades_from) * 1000)::bigint, (extract(epoch FROM trades_to) * 1000)::bigint, "
    "(extract(epoch FROM cancels_from) * 1000)::bigint, (extract(epoch FROM cancels_to) * 1000)::bigint, "
    "(extract(epoch FROM live_to) * 1000)::bigint, history";

std::optional<TimeRange> range_in(const Result& rows, int row, int column) {
    if (rows.null(row, column)) return std::nullopt;
    return TimeRange{rows.integer(row, column), rows.integer(row, column + 1)};
}

StoredBatch batch_in(const Result& rows, int row) {
    StoredBatch batch;
    batch.id = rows.integer(row, 0);
    batch.stored_us = rows.integer(row, 1);
    batch.trades = range_in(rows, row, 2);
    batch.cancels = range_in(rows, row, 4);
    if (!rows.null(row, 6)) batch.live_to_ms = rows.integer(row, 6);
    batch.history = rows.text(row, 7) == "t";
    return batch;
}

std::vector<StoredBatch> batches_where(Connection& connection, const std::string& which, std::int64_t id,
                                       int limit) {
    const Result rows = connection.query(
        std::string("SELECT ") + kColumns + " FROM stored_batches WHERE " + which + " LIMIT $2::bigint",
        {std::to_string(id), std::to_string(limit)});
    std::vector<StoredBatch> batches;
    for (int i = 0; i < rows.rows(); ++i) batches.push_back(batch_in(rows, i));
    return batches;
}

}  // namespace

std::vector<StoredBatch> read_batches(Connection& connection, std::int64_t after_id, int limit) {
    return batches_where(connection, "id > $1::bigint ORDER BY id", after_id, limit);
}

std::vector<StoredBatch> read_batches_back(Connection& connection, std::int64_t to_id, int limit) {
    return batches_where(connection, "id <= $1::bigint ORDER BY id DESC", to_id, limit);
}

std::int64_t newest_batch(Connection& connection) {
    return connection.run("SELECT max(id) FROM stored_batches").front().integer(0, 0);
}

std::optional<StoredBatch> newest_live_batch(Connection& connection) {
    const auto results =
        connection.run(std::string("SELECT ") + kColumns +
                       " FROM stored_batches WHERE live_to IS NOT NULL ORDER BY id DESC LIMIT 1");
    if (results.front().rows() == 0) return std::nullopt;
    return batch_in(results.front(), 0);
}

}  // namespace pulse::store
