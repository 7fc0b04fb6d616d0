#include "net/stream_metrics.hpp"

namespace pulse {

namespace {

Counter& dropped(Metrics& metrics, const char* reason) {
    return metrics.counter("pulse_stream_dropped_total",
                           "Objects left out: trades of other roots, other events, and trades lost because "
                           "the output was too slow.",
                           {{"reason", reason}});
}

double seconds(std::int64_t ms) {
    return static_cast<double>(ms) / 1000;
}

}  // namespace

// Each member in the order of the class, which is the order of the page.
StreamMetrics::StreamMetrics(Metrics& metrics)
    : received_(metrics.counter("pulse_stream_received_total", "Objects received from the vendor.")),
      passed_(metrics.counter("pulse_stream_passed_total", "Trades written.")),
      other_root_(dropped(metrics, "root")),
      other_event_(dropped(metrics, "other_event")),
      lost_(dropped(metrics, "lost")),
      rejected_(metrics.counter("pulse_stream_rejected_total", "Objects that can't be used.")),
      connections_(metrics.counter("pulse_stream_connections_total", "Connections that were opened.")),
      reconnects_(metrics.counter("pulse_stream_reconnects_total",
                                  "Attempts to connect after the first, successful or not.")),
      connected_(metrics.gauge("pulse_stream_connected", "1 while connected to the vendor.")),
      queue_bytes_(metrics.gauge("pulse_stream_queue_bytes",
                                 "Bytes that wait for the reader of stdout, in memory and spool file.")),
      spooled_bytes_(
          metrics.counter("pulse_stream_spooled_bytes_total", "Bytes that went through the spool file.")),
      last_trade_(metrics.gauge("pulse_stream_last_trade_timestamp_seconds",
                                "Time of the newest trade received, Unix; 0 before the first.")),
      last_message_(metrics.gauge("pulse_stream_last_message_timestamp_seconds",
                                  "When the vendor last sent a message, Unix; 0 before the first.")),
      lag_(metrics.gauge("pulse_stream_lag_seconds",
                         "Age of the newest trade when it was received; a delayed feed's is 900 and more.")) {
}

void StreamMetrics::update(const LiveFeed& feed, const SpoolQueue& queue) {
    const FeedCounts& counts = feed.counts();
    received_.set(counts.received);
    passed_.set(counts.passed);
    other_root_.set(counts.other_root);
    other_event_.set(counts.other_event);
    lost_.set(counts.lost);
    rejected_.set(counts.rejected);
    connections_.set(counts.connections);
    reconnects_.set(counts.attempts > 0 ? counts.attempts - 1 : 0);
    connected_.set(feed.connected() ? 1 : 0);
    queue_bytes_.set(static_cast<double>(queue.pending_bytes()));
    spooled_bytes_.set(queue.spooled_bytes());
    last_trade_.set(seconds(counts.last_trade_ms));
    last_message_.set(seconds(counts.last_message_wall_ms));
    lag_.set(seconds(counts.lag_ms));
}

}  // namespace pulse
