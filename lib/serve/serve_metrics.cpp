#include "serve/serve_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace pulse::serve {

namespace {

double seconds_of(const std::optional<std::int64_t>& ms) {
    return static_cast<double>(ms.value_or(0)) / 1000.0;
}

}  // namespace

ServeMetrics::ServeMetrics()
    : connections_(metrics_.counter("pulse_serve_connections_total", "Connections accepted.")),
      refused_(metrics_.counter("pulse_serve_refused_connections_total",
                                "Connections closed at once because there were too many.")),
      slow_heads_(metrics_.counter("pulse_serve_slow_requests_total",
                                   "Connections ended because a request took too long to arrive.")),
      slow_streams_(metrics_.counter("pulse_serve_slow_streams_total",
                                     "Event streams dropped because their client fell behind.")),
      events_(
          metrics_.counter("pulse_serve_events_total", "Trades, cancels and bulk events told to streams.")),
      signals_(metrics_.counter("pulse_serve_signals_total", "Signals that were news to somebody.")),
      webhook_delivered_(
          metrics_.counter("pulse_serve_webhook_delivered_total", "Signals that the webhook took.")),
      webhook_failed_(metrics_.counter("pulse_serve_webhook_failed_total",
                                       "Signals given up: refused, tried too often, or dropped.")),
      webhook_retried_(metrics_.counter("pulse_serve_webhook_retried_total",
                                        "Attempts to deliver a signal that had to be repeated.")),
      webhook_dropped_(metrics_.counter("pulse_serve_webhook_dropped_total",
                                        "Signals given up because too many were in line.")),
      webhook_waiting_(metrics_.gauge("pulse_serve_webhook_waiting", "Signals not delivered yet.")),
      open_connections_(metrics_.gauge("pulse_serve_connections", "Connections open now.")),
      streams_(metrics_.gauge("pulse_serve_streams", "Event streams open now.")),
      waiting_(metrics_.gauge("pulse_serve_waiting_questions", "Questions in line for a database session.")),
      sessions_(metrics_.gauge("pulse_serve_database_sessions", "Database sessions open for questions.")),
      database_up_(metrics_.gauge("pulse_serve_database_up", "1 while the database can be reached.")),
      ready_(metrics_.gauge("pulse_serve_ready", "1 while /readyz says ready.")),
      feed_delay_(metrics_.gauge("pulse_serve_feed_delay_seconds",
                                 "Delay between a trade and its storing, as last seen.")),
      live_until_(metrics_.gauge("pulse_serve_live_until_timestamp_seconds",
                                 "Event time up to which the stream is stored; 0 when unknown.")),
      stored_(metrics_.gauge("pulse_serve_last_stored_timestamp_seconds",
                             "When the newest batch of the stream was stored; 0 when unknown.")) {
    for (int route = 0; route < kRoutes; ++route) {
        const std::string name(name_of(static_cast<Route>(route)));
        auto& classes = requests_.at(static_cast<std::size_t>(route));
        for (int i = 0; i < kClasses; ++i)
            classes.at(static_cast<std::size_t>(i)) =
                &metrics_.counter("pulse_serve_requests_total", "Requests answered.",
                                  {{"route", name}, {"status", std::to_string(i + 2) + "xx"}});
    }
    for (int route = 0; route < kRoutes; ++route)
        seconds_.at(static_cast<std::size_t>(route)) =
            &metrics_.histogram("pulse_serve_request_seconds", "Time from a request to its answer.",
                                {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3},
                                {{"route", std::string(name_of(static_cast<Route>(route)))}});
}

void ServeMetrics::count(Route route, int status, double seconds) {
    const auto index = static_cast<std::size_t>(route);
    requests_.at(index).at(static_cast<std::size_t>(std::clamp(status / 100, 2, 5) - 2))->add();
    seconds_.at(index)->observe(seconds);
}

std::string ServeMetrics::summary(const HttpServerCounts& http) const {
    std::array<std::uint64_t, kClasses> answers{};
    for (const auto& classes : requests_)
        for (std::size_t i = 0; i < classes.size(); ++i) answers.at(i) += classes.at(i)->value();
    const std::uint64_t all = std::accumulate(answers.begin(), answers.end(), std::uint64_t{0});
    return fmt::format(
        "answered={} status_2xx={} status_3xx={} status_4xx={} status_5xx={} events={} streams_dropped={} "
        "connections={} connections_refused={} slow_requests={}",
        all, answers[0], answers[1], answers[2], answers[3], events_.value(), http.slow_streams,
        http.connections, http.refused, http.slow_heads);
}

std::string ServeMetrics::text(const Now& now) {
    connections_.set(now.http.connections);
    refused_.set(now.http.refused);
    slow_heads_.set(now.http.slow_heads);
    slow_streams_.set(now.http.slow_streams);
    open_connections_.set(static_cast<double>(now.http.open_connections));
    streams_.set(static_cast<double>(now.stream_clients + now.signal_clients));
    waiting_.set(static_cast<double>(now.waiting_questions));
    sessions_.set(now.database_sessions);
    database_up_.set(now.database_up ? 1 : 0);
    ready_.set(now.ready ? 1 : 0);
    if (now.webhook) {
        webhook_delivered_.set(now.webhook->delivered);
        webhook_failed_.set(now.webhook->failed);
        webhook_retried_.set(now.webhook->retried);
        webhook_dropped_.set(now.webhook->dropped);
        webhook_waiting_.set(static_cast<double>(now.webhook->waiting));
    }
    if (now.feed != nullptr) {
        feed_delay_.set(seconds_of(now.feed->delay_ms));
        live_until_.set(seconds_of(now.feed->live_to_ms));
        stored_.set(seconds_of(now.feed->stored_ms));
    }
    return metrics_.text();
}

}  // namespace pulse::serve
