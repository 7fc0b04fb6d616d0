#pragma once

#include <optional>

#include "base/error.hpp"
#include "net/ws_client.hpp"
#include "pipe/spool_queue.hpp"
#include "pipe/tape_copy.hpp"
#include "vendor/live_feed.hpp"

namespace pulse {

struct LiveStreamOptions {
    FeedConfig feed;
    WsClientOptions socket;
    SpoolLimits spool;
    std::optional<int> metrics_port;  ///< on 127.0.0.1, 0: any free one; nothing: no metrics are served
    /// Gets all trades received of the underlyings, and the watermarks; not owned. Nothing: no copy is kept.
    TapeCopy* copy = nullptr;
};

/// Runs the live feed on the calling thread until a stop signal, the wanted number of trades, refused
/// credentials or too many failed attempts; trades and watermarks go to stdout through a second thread, so
/// that reading never waits for writing. Everything queued is written before it returns. Logs the summary.
/// Returns the exit status; throws Error for settings that can't work.
Exit run_live_stream(LiveStreamOptions options);

}  // namespace pulse
