#include "net/live_stream.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <random>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/signals.hpp"
#include "net/metrics_endpoint.hpp"
#include "net/stream_metrics.hpp"
#include "pipe/queue_writer.hpp"
#include "pipe/summary.hpp"

namespace pulse {

namespace {

FeedTime now() {
    return {mono_ms(), wall_ms()};
}

std::function<double()> random_source() {
    return [engine = std::minstd_rand(std::random_device{}()),
            spread = std::uniform_real_distribution<double>(0.0, 1.0)]() mutable { return spread(engine); };
}

TapeCopy* declared(TapeCopy* copy, Metrics& metrics) {
    if (copy != nullptr) copy->declare(metrics);
    return copy;
}

// Joins the parts: socket events go to the feed, the feed's lines to the queue, the queue to stdout.
class LiveStream final : FeedPort, WsHandler {
  public:
    explicit LiveStream(LiveStreamOptions options)
        : copy_(declared(options.copy, metrics_)),
          endpoint_(options.metrics_port ? std::make_unique<MetricsEndpoint>(metrics_, *options.metrics_port)
                                         : nullptr),
          client_(std::move(options.socket), *this, stop_fd()),
          feed_(std::move(options.feed), *this, random_source()),
          queue_(std::move(options.spool)),
          writer_(queue_, STDOUT_FILENO, [this] { client_.wake(); }) {}
    ~LiveStream() override {
        queue_.finish();
    }  // the writer is joined after this, and must not wait for ever

    Exit run();

  private:
    void connect() override { client_.connect(); }
    void send(std::string message) override { client_.send(std::move(message)); }
    void disconnect(bool politely) override { client_.close(politely); }
    // Also what stdout has no room for is kept.
    bool write(std::string_view lines) override {
        const bool written = writer_.write_at_once(lines) || queue_.push(lines) == PushResult::kQueued;
        if (copy_ != nullptr) copy_->take(lines);
        return written;
    }

    void on_open() override { feed_.on_open(now()); }
    void on_alive() override { feed_.on_alive(now()); }
    void on_message(std::string_view message) override { feed_.on_frame(message, now()); }
    void on_closed(const std::string& reason) override { feed_.on_closed(reason, now()); }

    void tick();
    void log_summary() const;

    Metrics metrics_;
    StreamMetrics shown_{metrics_};
    TapeCopy* copy_;                             // may be null
    std::unique_ptr<MetricsEndpoint> endpoint_;  // only when asked for
    WsClient client_;
    LiveFeed feed_;
    SpoolQueue queue_;
    QueueWriter writer_;
    std::int64_t next_tick_ms_ = 0;
    bool spooling_ = false;
    bool spool_failed_ = false;
    bool gone_ = false;  ///< the reader vanished while there was nothing to write
};

Exit LiveStream::run() {
    grow_pipe(STDOUT_FILENO);
    feed_.start();
    while (!feed_.exit()) {
        client_.service();
        feed_.on_burst_end(now());
        if (stop_requested() || writer_.failed()) feed_.stop(now());
        if (mono_ms() >= next_tick_ms_) tick();
    }
    queue_.finish();
    if (copy_ != nullptr) copy_->finish();  // it waits for no reader
    shown_.update(feed_, queue_);
    if (stop_requested() && queue_.pending_bytes() > 0)
        log::info("writing {} KiB that wait for the reader; a second signal ends at once",
                  queue_.pending_bytes() >> 10);
    writer_.join();
    log_summary();
    if (!writer_.failed() && !gone_) return feed_.exit().value_or(Exit::kFailure);
    log::error("{}", writer_.failed() ? writer_.error() : "the reader of stdout went away");
    return Exit::kIo;
}

void LiveStream::tick() {
    next_tick_ms_ = mono_ms() + 250;
    feed_.on_tick(now());
    shown_.update(feed_, queue_);
    if (copy_ != nullptr) copy_->update();
    // A quiet feed writes nothing and would notice a vanished reader hours late.
    if (!gone_ && reader_gone(STDOUT_FILENO)) {
        gone_ = true;
        feed_.stop(now());
    }
    const bool spooling = queue_.spooled_bytes() > 0 && queue_.pending_bytes() > 0;
    if (spooling && !spooling_)
        log::warn("the reader of stdout is slow: trades are spooled to disk until it catches up");
    spooling_ = spooling;
    if (const std::string error = queue_.spool_error(); !error.empty() && !spool_failed_) {
        spool_failed_ = true;
        log::error("{}: only memory is left for a slow reader", error);
    }
}

void LiveStream::log_summary() const {
    const FeedCounts& counts = feed_.counts();
    const Summary summary{
        counts.received,
        counts.passed,
        {{"root", counts.other_root}, {"other_event", counts.other_event}, {"lost", counts.lost}},
        counts.rejected};
    log::info("{} connections={} spooled_bytes={}", summary.text(), counts.connections,
              queue_.spooled_bytes());
}

}  // namespace

Exit run_live_stream(LiveStreamOptions options) {
    return LiveStream(std::move(options)).run();
}

}  // namespace pulse
