#include "serve/service.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "serve/service_impl.hpp"
#include "serve/status_answers.hpp"

namespace pulse::serve {

namespace {

constexpr int kTickMs = 1000;
constexpr std::int64_t kHeartbeatMs = 5000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kBacklogShare = 4;  // of it, for what a client missed: the rest is for what comes next

store::DatabaseSettings named(store::DatabaseSettings settings, const std::string& name) {
    settings.application_name = name;
    return settings;
}

}  // namespace

Service::Impl::Impl(ServiceOptions given)
    : options(std::move(given)),
      access(options.token, options.cors_origin),
      hub([this](LiveHub::Client client, LiveHub::Piece piece) { server.send(client, std::move(piece)); },
          {.missed_bytes = options.http.max_stream_backlog / kBacklogShare}),
      signal_hub(
          [this](SignalHub::Client client, SignalHub::Piece piece) { server.send(client, std::move(piece)); },
          {.missed_bytes = options.http.max_stream_backlog / kBacklogShare}),
      server(
          options.http,
          [this](WebRequest request, HttpServer::Ticket ticket) { on_request(std::move(request), ticket); },
          [this](HttpServer::Ticket ticket) {
              hub.remove(ticket);
              signal_hub.remove(ticket);
          }) {
    if (options.webhook) {
        webhook_news.emplace(SignalFilter(), options.webhook->cooldown_minutes * kMinuteMs);
        webhook = std::make_unique<Webhook>(*options.webhook);
    }
    server.set_farewell(
        event_text(nullptr, "end", R"({"reason":"too slow: connect again, from the last event on"})"));
    server.every(kTickMs, [this] { on_tick(); });
    pool = std::make_unique<store::QueryPool>(store::QueryPoolOptions{
        .database = named(options.database, "pulse-serve questions"),
        .connections = options.connections,
        .statement_timeout_ms = options.statement_timeout_ms,
    });
    reader = std::make_unique<LiveReader>(named(options.database, "pulse-serve live"), [this](News news) {
        server.post(
            [this, shared = std::make_shared<News>(std::move(news))] { on_news(std::move(*shared)); });
    });
}

std::optional<flow::FeedState> Service::Impl::feed() const {
    if (!database_up || !snapshot) return std::nullopt;
    return snapshot->feed;
}

void Service::Impl::on_news(News news) {
    database_up = !news.lost;
    if (news.snapshot) snapshot = std::move(news.snapshot);
    if (const FeedStatus now = feed_status(feed(), wall_ms()); now != status) {
        log::info("feed: {}", name_of(now));
        status = now;
        tell_status();
    }
    if (news.began_after)
        hub.begin_after(*news.began_after, news.opens_after ? news.through : *news.began_after);
    if (news.opens_after) {
        hub.remember(std::move(news.events), news.through);
        hub.open(*news.opens_after, status_event());
    } else if (news.through > 0) {
        metrics.count_events(news.events.size());
        hub.tell(std::move(news.events), news.through);
    }
    // Orders and baselines come in batches as trades do; a batch that only moved the coverage counts, too.
    signals_due = signals_due || !news.lost;
    look_for_signals();
}

std::string Service::Impl::status_event() const {
    return event_text(nullptr, "status", status_json(status, snapshot.get(), wall_ms()));
}

void Service::Impl::tell_status() {
    told_status_ms = mono_ms();
    const std::string text = status_event();
    hub.tell_all(text);
    signal_hub.tell_all(text);
}

void Service::Impl::on_tick() {
    look_for_signals();
    const FeedStatus now = feed_status(feed(), wall_ms());
    if (now == status && mono_ms() - told_status_ms < kHeartbeatMs) return;
    status = now;
    tell_status();
}

void Service::Impl::on_stop() {
    const std::string text =
        event_text(nullptr, "end", R"({"reason":"the server is stopping: connect again"})");
    hub.tell_all(text);
    signal_hub.tell_all(text);
}

Service::Service(ServiceOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Service::~Service() = default;

int Service::port() const {
    return impl_->server.port();
}

void Service::run() {
    impl_->server.run([this] { impl_->on_stop(); });
    log::info("{}", impl_->metrics.summary(impl_->server.counts()));
}

}  // namespace pulse::serve
