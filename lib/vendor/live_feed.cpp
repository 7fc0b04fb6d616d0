#include "vendor/live_feed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vendor/subscription.hpp"

namespace pulse {

namespace {

std::vector<std::string> coverage_names(const Underlyings& underlyings) {
    if (underlyings.all()) return {"*"};
    return underlyings.roots();
}

}  // namespace

LiveFeed::LiveFeed(FeedConfig config, FeedPort& port, std::function<double()> random)
    : config_(std::move(config)),
      port_(port),
      random_(std::move(random)),
      whole_subscription_(asks_for_all_trades(config_.subscriptions)),
      reader_(config_.underlyings),
      coverage_(coverage_names(config_.underlyings), config_.session_prefix),
      policy_(config_.max_attempts),
      handshake_(count_subscriptions(config_.subscriptions)) {}

void LiveFeed::start() {
    link_ = Link::kConnecting;
    decided_ending_.reset();
    handshake_ = Handshake(count_subscriptions(config_.subscriptions));
    data_ = false;
    ++counts_.attempts;
    subscribed_ms_ = subscribed_wall_ms_ = last_trade_wall_ms_ = last_warning_wall_ms_ = 0;
    port_.connect();
}

void LiveFeed::on_open(FeedTime now) {
    if (link_ != Link::kConnecting) return;
    link_ = Link::kOpen;
    heard_ms_ = now.mono_ms;
    ++counts_.connections;
    log::debug("connected to {}", config_.host);
    handshake_.on_open(now.mono_ms);
}

void LiveFeed::on_frame(std::string_view frame, FeedTime now) {
    heard_ms_ = now.mono_ms;
    counts_.last_message_wall_ms = now.wall_ms;
    if (link_ != Link::kOpen || stopping_) return;
    const std::uint64_t limit = config_.max_trades > 0 ? config_.max_trades - counts_.passed : ~0ULL;
    const std::uint64_t trades_before = batch_.trades();
    reader_.read(frame, batch_, limit);
    if (batch_.trades() > trades_before) {
        if (!data_) log::debug("first trades arrived");
        data_ = true;
        last_trade_wall_ms_ = now.wall_ms;
        handshake_.on_data();
    }
    const auto events = std::move(batch_.status);
    batch_.status.clear();
    for (const auto& event : events) {
        log::debug("status {}: {}", config_.key.redact(event.status), config_.key.redact(event.message));
        perform(handshake_.on_status(event, now.mono_ms), now);
    }
    if (batch_.passed >= limit) stop(now);
}

void LiveFeed::on_burst_end(FeedTime now) {
    write_watermarks(now);  // those of an interval that ended stand before what comes after the gap
    if (batch_.received() > 0) {
        const bool kept = batch_.lines.empty() || port_.write(batch_.lines);
        if (kept) {
            coverage_.delivered(batch_.times, now.wall_ms);
        } else {
            coverage_.lost(batch_.times);
        }
        report_rejects(now);
        report_loss(kept, now);
        count_batch(kept, now);
        batch_.clear();
    }
    write_watermarks(now);
}

void LiveFeed::on_closed(std::string_view reason, FeedTime now) {
    if (link_ == Link::kNone) return;
    if (!decided_ending_) {
        decided_ending_ = link_ == Link::kConnecting ? Ending::kNotConnected : Ending::kDropped;
        decided_reason_ = config_.key.redact(std::string(reason));
    }
    link_ = Link::kNone;
    on_burst_end(now);
    coverage_.end(config_.max_trades > 0 && counts_.passed >= config_.max_trades);
    write_watermarks(now);
    if (stopping_) {
        if (!exit_) exit_ = Exit::kOk;
    } else {
        after_connection(decided_reason_, now);
    }
}

void LiveFeed::on_tick(FeedTime now) {
    if (stopping_) return;
    if (link_ == Link::kNone && !exit_ && now.mono_ms >= retry_at_ms_) start();
    if (link_ != Link::kOpen) return;
    perform(handshake_.on_tick(now.mono_ms), now);
    watch_silence(now);
    on_burst_end(now);
}

void LiveFeed::stop(FeedTime now) {
    if (stopping_) return;
    stopping_ = true;
    if (link_ == Link::kNone) {
        on_burst_end(now);
        exit_ = Exit::kOk;
    } else {
        link_ = Link::kLeaving;
        port_.disconnect(true);
    }
}

void LiveFeed::perform(const HandshakeStep& step, FeedTime now) {
    switch (step.action) {
        case HandshakeAction::kNone:
            break;
        case HandshakeAction::kSendAuth:
            port_.send(control_message("auth", config_.key.reveal()));
            break;
        case HandshakeAction::kSendSubscribe:
            log::info("✅ Authenticated successfully!");
            port_.send(control_message("subscribe", config_.subscriptions));
            break;
        case HandshakeAction::kSubscribed:
            subscribed(now);
            break;
        case HandshakeAction::kComplain:
            log::error(
                "the vendor refuses a subscription of {}: {}; the plan may not include it, or not on {}",
                config_.subscriptions, config_.key.redact(step.text), config_.host);
            break;
        case HandshakeAction::kLeave:
            // A refused connection is dropped by the server; waiting for its part of a closing handshake is
            // idle.
            leave(step.ending, step.text, step.ending != Ending::kTimeout);
            break;
    }
}

void LiveFeed::subscribed(FeedTime now) {
    subscribed_ms_ = now.mono_ms;
    subscribed_wall_ms_ = now.wall_ms;
    log::info("📡 Subscribed to {} options flow", config_.underlyings.display_name());
    if (whole_subscription_) coverage_.begin();
}

void LiveFeed::leave(Ending ending, std::string reason, bool politely) {
    decided_ending_ = ending;
    decided_reason_ = config_.key.redact(std::move(reason));
    link_ = Link::kLeaving;
    port_.disconnect(politely);
}

void LiveFeed::after_connection(const std::string& reason, FeedTime now) {
    const Ending ending = decided_ending_.value_or(Ending::kDropped);
    const std::int64_t lifetime = subscribed_ms_ > 0 ? now.mono_ms - subscribed_ms_ : 0;
    const Retry retry = policy_.after({ending, data_, lifetime}, random_());
    const bool refused = ending == Ending::kAuthRefused || ending == Ending::kSubscriptionRefused;
    const std::string what =
        fmt::format("{}: {}", refused ? "Authentication failed" : "WebSocket connection failed", reason);
    if (retry.stop) return give_up(*retry.stop, what + hint(ending));
    retry_at_ms_ = now.mono_ms + retry.delay_ms;
    log::warn("{}{}; next try in {:.1f} s", what, hint(ending), static_cast<double>(retry.delay_ms) / 1000);
}

void LiveFeed::give_up(Exit exit, const std::string& reason) {
    if (exit == Exit::kAuth) {
        log::error(
            "{}; refused {} times: check the key in POLYGON_API_KEY, that the plan includes options trades "
            "over "
            "WebSocket, and that this host is the plan's: --feed delayed or --feed realtime",
            reason, policy_.refusals());
    } else {
        log::error("{}; gave up after {} attempts: check the network, the url and --ca-file", reason,
                   policy_.failures());
    }
    exit_ = exit;
}

std::string LiveFeed::hint(Ending ending) const {
    switch (ending) {
        case Ending::kAuthRefused:
        case Ending::kSubscriptionRefused:
            return fmt::format(" (said by {}: wrong key, or a plan without this feed)", config_.host);
        case Ending::kMaxConnections:
            return " (another program uses this account: the vendor allows one connection a market)";
        default:
            return {};
    }
}

void LiveFeed::count_batch(bool kept, FeedTime now) {
    counts_.received += batch_.received();
    (kept ? counts_.passed : counts_.lost) += batch_.passed;
    counts_.other_root += batch_.other_root;
    counts_.other_event += batch_.other_event;
    counts_.rejected += batch_.rejected;
    // One damaged time stamp from the future must not pass for the newest for ever.
    if (batch_.times.highest <= counts_.last_trade_ms || batch_.times.highest > now.wall_ms + 60'000) return;
    counts_.last_trade_ms = batch_.times.highest;
    counts_.lag_ms = now.wall_ms - counts_.last_trade_ms;
}

void LiveFeed::write_watermarks(FeedTime now) {
    while (const auto watermark = coverage_.due(now.mono_ms)) {
        if (!port_.write(watermark_line(*watermark))) return;
        coverage_.written(now.mono_ms);
    }
}

void LiveFeed::report_rejects(FeedTime now) {
    if (batch_.rejected == 0 || !reject_limit_.allow(now.mono_ms)) return;
    log::warn(
        "{} unusable objects in the vendor's frames, the last one: {}: {} ({} earlier reports held back)",
        batch_.rejected, batch_.reject_reason, config_.key.redact(batch_.reject_excerpt),
        reject_limit_.take_suppressed());
}

void LiveFeed::report_loss(bool kept, FeedTime) {
    if (!kept && !losing_) {
        log::error(
            "output is too slow and the spool is full: trades are being lost; the watermarks show the gap. "
            "Raise --spool-mib or speed up the reader");
    } else if (kept && losing_) {
        log::warn("output has room again after {} lost trades", counts_.lost);
    }
    losing_ = !kept;
}

void LiveFeed::watch_silence(FeedTime now) {
    if (link_ != Link::kOpen) return;
    const Quiet quiet{
        now.mono_ms,         heard_ms_,           config_.stale_after_ms, now.wall_ms,
        subscribed_wall_ms_, last_trade_wall_ms_, last_warning_wall_ms_,  feed_delay_of(config_.host)};
    switch (judge_silence(quiet)) {
        case SilenceVerdict::kFine:
            return;
        case SilenceVerdict::kReconnect:
            return leave(
                Ending::kStale,
                fmt::format("nothing heard for {} s, not even a pong", (now.mono_ms - heard_ms_) / 1000),
                false);
        case SilenceVerdict::kWarn:
            last_warning_wall_ms_ = now.wall_ms;
            log::warn(
                "No smart money detected: the market is open and no trade came for {} s although the "
                "subscription was "
                "acknowledged. Likely causes: the subscription {} matches nothing (the vendor acknowledges "
                "any "
                "pattern; T.* is the one that delivers), or the plan doesn't deliver options trades on {}",
                (now.wall_ms - std::max(subscribed_wall_ms_, last_trade_wall_ms_)) / 1000,
                config_.subscriptions, config_.host);
    }
}

}  // namespace pulse
