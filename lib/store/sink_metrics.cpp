#include "store/sink_metrics.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace pulse::store {

namespace {

Counter& dropped(Metrics& metrics, const char* reason) {
    return metrics.counter("pulse_sink_dropped_total",
                           "Records left out: those stored before, of other kinds, and watermarks that cover "
                           "nothing.",
                           {{"reason", reason}});
}

Counter& batches(Metrics& metrics, const char* path) {
    return metrics.counter("pulse_sink_batches_total",
                           "Batches committed: copied straight into the table, or merged with what is there.",
                           {{"path", path}});
}

double seconds(std::int64_t ms) {
    return static_cast<double>(ms) / 1000;
}

std::int64_t newest_trade_ms(const Batch& batch) {
    std::int64_t newest = 0;
    for (const auto& trade : batch.trades) newest = std::max(newest, trade.t_ms);
    return newest;
}

}  // namespace

// Each member in the order of the class, which is the order of the page.
SinkMetrics::SinkMetrics(Metrics& metrics)
    : received_(metrics.counter("pulse_sink_received_total", "Lines read.")),
      rows_stored_(
          metrics.counter("pulse_sink_rows_stored_total",
                          "Trades and cancels stored that were new, and all records of the other kinds.")),
      duplicates_(dropped(metrics, "duplicate")),
      other_(dropped(metrics, "other")),
      markers_(dropped(metrics, "marker")),
      rejected_(metrics.counter("pulse_sink_rejected_total", "Lines that can't be stored.")),
      copied_(batches(metrics, "copy")),
      merged_(batches(metrics, "merge")),
      batch_rows_(metrics.histogram("pulse_sink_batch_rows", "Records in a batch.",
                                    {1, 10, 100, 1'000, 5'000, 10'000, 20'000, 50'000, 100'000})),
      batch_seconds_(metrics.histogram("pulse_sink_batch_seconds",
                                       "From a batch's turn to its commit, waiting for a database that is "
                                       "away included.",
                                       {0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60})),
      pending_rows_(metrics.gauge("pulse_sink_pending_rows", "Records in the batch that isn't handed over.")),
      last_commit_(metrics.gauge("pulse_sink_last_commit_timestamp_seconds",
                                 "When a batch was last committed, Unix; 0 before the first.")),
      lag_(metrics.gauge("pulse_sink_lag_seconds",
                         "Age of the newest trade of the last batch with trades when it was committed.")),
      database_up_(metrics.gauge("pulse_sink_database_up", "1 while connected to the database.")),
      reconnects_(metrics.counter("pulse_sink_reconnects_total",
                                  "Times the database was reached again after it was lost.")) {}

StoreResult SinkMetrics::store(Sink& sink, const Batch& batch, std::size_t lane) {
    const std::int64_t begin = mono_ms();
    StoreResult result = sink.store(batch, lane);
    batch_seconds_.observe(seconds(mono_ms() - begin));
    batch_rows_.observe(static_cast<double>(batch.size()));
    rows_stored_.add(result.stored);
    duplicates_.add(result.duplicates);
    copied_.set(sink.copied_batches());
    merged_.set(sink.merged_batches());
    const std::int64_t now = wall_ms();
    last_commit_.set(seconds(now));
    if (const std::int64_t newest = newest_trade_ms(batch); newest > 0) lag_.set(seconds(now - newest));
    return result;
}

void SinkMetrics::on_database(bool up) {
    database_up_.set(up ? 1 : 0);
    if (up && was_up_) reconnects_.add();
    was_up_ = was_up_ || up;
}

void SinkMetrics::on_input(const Intake& intake, std::uint64_t rejected, std::size_t pending_rows) {
    received_.set(intake.received());
    other_.set(intake.unknown());
    markers_.set(intake.markers());
    rejected_.set(rejected);
    pending_rows_.set(static_cast<double>(pending_rows));
}

}  // namespace pulse::store
