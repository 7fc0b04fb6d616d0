#pragma once

#include "base/metrics.hpp"
#include "pipe/spool_queue.hpp"
#include "vendor/live_feed.hpp"

namespace pulse {

/// What polygon-stream shows on --metrics-port. Brought up to date a few times a second, never per trade.
class StreamMetrics {
  public:
    explicit StreamMetrics(Metrics& metrics);

    void update(const LiveFeed& feed, const SpoolQueue& queue);

  private:
    Counter& received_;
    Counter& passed_;
    Counter& other_root_;
    Counter& other_event_;
    Counter& lost_;
    Counter& rejected_;
    Counter& connections_;
    Counter& reconnects_;
    Gauge& connected_;
    Gauge& queue_bytes_;
    Counter& spooled_bytes_;
    Gauge& last_trade_;
    Gauge& last_message_;
    Gauge& lag_;
};

}  // namespace pulse
