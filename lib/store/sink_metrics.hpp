#pragma once

#include <cstdint>

#include "base/metrics.hpp"
#include "store/intake.hpp"
#include "store/sink.hpp"

namespace pulse::store {

/// What pg-sink shows on --metrics-port. Brought up to date once a batch or piece of input, never per trade.
class SinkMetrics {
  public:
    explicit SinkMetrics(Metrics& metrics);

    /// Sink::store(), measured. On a thread that stores.
    StoreResult store(Sink& sink, const Batch& batch, std::size_t lane);
    /// The database was reached or lost. On a thread that stores.
    void on_database(bool up);
    /// What was read so far, and the rows that wait for their batch. On the thread that reads.
    void on_input(const Intake& intake, std::uint64_t rejected, std::size_t pending_rows);

  private:
    Counter& received_;
    Counter& rows_stored_;
    Counter& duplicates_;
    Counter& other_;
    Counter& markers_;
    Counter& rejected_;
    Counter& copied_;
    Counter& merged_;
    Histogram& batch_rows_;
    Histogram& batch_seconds_;
    Gauge& pending_rows_;
    Gauge& last_commit_;
    Gauge& lag_;
    Gauge& database_up_;
    Counter& reconnects_;
    bool was_up_ = false;
};

}  // namespace pulse::store
