#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "vendor/frame.hpp"
#include "vendor/handshake.hpp"
#include "vendor/live_coverage.hpp"
#include "vendor/reconnect.hpp"
#include "vendor/silence.hpp"

namespace pulse {

/// What polygon-stream was asked to do.
struct FeedConfig {
    Underlyings underlyings;     ///< trades of these roots are written
    std::string subscriptions;   ///< sent as given, comma-separated: `T.*`
    Secret key;                  ///< never logged
    std::string host;            ///< named in messages, and tells the feed's delay
    std::string session_prefix;  ///< unique to this process
    std::int64_t stale_after_ms = 60'000;
    std::uint64_t max_trades = 0;  ///< stop after so many trades were written, 0 = never
    unsigned max_attempts = 0;     ///< give up after so many failed connections in a row, 0 = never
};

/// Both clocks at one moment.
struct FeedTime {
    std::int64_t mono_ms = 0;
    std::int64_t wall_ms = 0;
};

/// What LiveFeed needs from the world. Called only from inside LiveFeed's own functions.
class FeedPort {
  public:
    virtual ~FeedPort() = default;
    /// Starts one connection attempt; answered by LiveFeed::on_open or on_closed, never from inside this
    /// call.
    virtual void connect() = 0;
    virtual void send(std::string message) = 0;
    /// Ends the connection: politely (close code 1000), or at once when the link is dead. Answered by
    /// on_closed.
    virtual void disconnect(bool politely) = 0;
    /// Hands whole lines to the output without waiting. False: they are lost.
    virtual bool write(std::string_view lines) = 0;
};

/// Counts over the life of the process. received = passed + other_root + other_event + lost + rejected.
struct FeedCounts {
    std::uint64_t received = 0;
    std::uint64_t passed = 0;
    std::uint64_t other_root = 0;
    std::uint64_t other_event = 0;
    std::uint64_t lost = 0;
    std::uint64_t rejected = 0;
    std::uint64_t connections = 0;          ///< that were opened
    std::uint64_t attempts = 0;             ///< to open one
    std::int64_t last_trade_ms = 0;         ///< time of the newest trade received; 0: none
    std::int64_t lag_ms = 0;                ///< its age when it was received
    std::int64_t last_message_wall_ms = 0;  ///< when the last message came; 0: none
};

/// The life of polygon-stream without its sockets, threads and clocks: connects, authenticates, subscribes,
/// cuts frames into lines, promises coverage, notices silence, and decides when to come back or give up. Not
/// thread-safe.
class LiveFeed {
  public:
    /// `random` gives numbers evenly spread over [0, 1). `port` must outlive this object.
    LiveFeed(FeedConfig config, FeedPort& port, std::function<double()> random);

    /// Starts the first attempt.
    void start();
    void on_open(FeedTime now);
    /// One complete message; kScanPadding readable bytes must follow it.
    void on_frame(std::string_view frame, FeedTime now);
    /// A sign of life: a pong, or a piece of a message.
    void on_alive(FeedTime now) { heard_ms_ = now.mono_ms; }
    /// No more frames are at hand right now: what was gathered is handed over.
    void on_burst_end(FeedTime now);
    /// The connection is over, or was never made; `reason` is for people.
    void on_closed(std::string_view reason, FeedTime now);
    /// A few times a second.
    void on_tick(FeedTime now);
    /// Asks to end politely: the connection is closed, nothing more is read.
    void stop(FeedTime now);

    /// Set once all is over: how the process ends.
    [[nodiscard]] std::optional<Exit> exit() const { return exit_; }
    [[nodiscard]] const FeedCounts& counts() const { return counts_; }
    [[nodiscard]] bool connected() const { return link_ == Link::kOpen; }

  private:
    void perform(const HandshakeStep& step, FeedTime now);
    void leave(Ending ending, std::string reason, bool politely);
    void after_connection(const std::string& reason, FeedTime now);
    void give_up(Exit exit, const std::string& reason);
    void subscribed(FeedTime now);
    void count_batch(bool kept, FeedTime now);
    void write_watermarks(FeedTime now);
    void report_rejects(FeedTime now);
    void report_loss(bool kept, FeedTime now);
    void watch_silence(FeedTime now);
    std::string hint(Ending ending) const;

    enum class Link { kNone, kConnecting, kOpen, kLeaving };

    FeedConfig config_;
    FeedPort& port_;
    std::function<double()> random_;
    bool whole_subscription_;  ///< T.* is asked for: coverage can be promised
    FrameReader reader_;
    FrameContent batch_;
    LiveCoverage coverage_;
    ReconnectPolicy policy_;
    Handshake handshake_;
    Link link_ = Link::kNone;
    bool stopping_ = false;
    std::optional<Ending> decided_ending_;  ///< why we are leaving, when it is our decision
    std::string decided_reason_;
    bool data_ = false;
    std::int64_t subscribed_ms_ = 0;
    std::int64_t retry_at_ms_ = 0;
    std::int64_t heard_ms_ = 0;
    std::int64_t subscribed_wall_ms_ = 0;
    std::int64_t last_trade_wall_ms_ = 0;
    std::int64_t last_warning_wall_ms_ = 0;
    bool losing_ = false;
    FeedCounts counts_;
    log::RateLimit reject_limit_{5, 1000};
    std::optional<Exit> exit_;
};

}  // namespace pulse
