#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "market/coverage.hpp"
#include "store/connection.hpp"

namespace pulse::store {

/// One committed transaction of a sink that stored new prints, cancels or coverage, as the table
/// stored_batches tells it. Ids grow in commit order: who has read batch n will never see one below n appear.
struct StoredBatch {
    std::int64_t id = 0;
    std::int64_t stored_us = 0;       ///< Unix microseconds; equals stored_at of the rows the batch brought
    std::optional<TimeRange> trades;  ///< trade_time of the prints it held, nothing when none of them was new
    std::optional<TimeRange> cancels;  ///< time of the cancels it held, nothing when none of them was new
    std::optional<std::int64_t> live_to_ms;  ///< farthest end of the stream's watermarks that were new
    bool history = false;                    ///< some of its prints came from REST or flat files
};

/// The channel a sink notifies when a batch is committed; the payload is the batch's id.
inline constexpr const char* kBatchChannel = "pulse_batches";

/// How many batches the table keeps: the sink deletes older ones.
inline constexpr std::int64_t kBatchesKept = 20'000;

/// The batches after `after_id`, oldest first, at most `limit`.
std::vector<StoredBatch> read_batches(Connection& connection, std::int64_t after_id, int limit);

/// The batches up to `to_id`, newest first, at most `limit`.
std::vector<StoredBatch> read_batches_back(Connection& connection, std::int64_t to_id, int limit);

/// The id of the newest batch, 0 when there is none.
std::int64_t newest_batch(Connection& connection);

/// The newest batch that carried a watermark of the stream, if the table still has one.
std::optional<StoredBatch> newest_live_batch(Connection& connection);

}  // namespace pulse::store
