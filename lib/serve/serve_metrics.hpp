#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/metrics.hpp"
#include "flow/known.hpp"
#include "net/http_server.hpp"
#include "serve/routes.hpp"
#include "serve/webhook.hpp"

namespace pulse::serve {

/// What pulse-serve shows of itself at /metrics.
class ServeMetrics {
  public:
    ServeMetrics();

    /// One answer went out, so many seconds after its request came in.
    void count(Route route, int status, double seconds);
    /// Everything that is measured when somebody looks.
    struct Now {
        HttpServerCounts http;
        std::size_t waiting_questions = 0;
        int database_sessions = 0;
        bool database_up = false;
        bool ready = false;
        const flow::FeedState* feed = nullptr;  ///< may be null
        std::size_t stream_clients = 0;
        std::size_t signal_clients = 0;
        std::optional<Webhook::Counts> webhook;  ///< when there is one
    };
    std::string text(const Now& now);
    void count_events(std::size_t told) { events_.add(told); }
    void count_signals(std::size_t told) { signals_.add(told); }
    /// The line of counts at the end.
    [[nodiscard]] std::string summary(const HttpServerCounts& http) const;

  private:
    static constexpr int kClasses = 4;  // 2xx … 5xx
    Metrics metrics_;
    std::array<std::array<Counter*, kClasses>, kRoutes> requests_{};
    std::array<Histogram*, kRoutes> seconds_{};
    Counter& connections_;
    Counter& refused_;
    Counter& slow_heads_;
    Counter& slow_streams_;
    Counter& events_;
    Counter& signals_;
    Counter& webhook_delivered_;
    Counter& webhook_failed_;
    Counter& webhook_retried_;
    Counter& webhook_dropped_;
    Gauge& webhook_waiting_;
    Gauge& open_connections_;
    Gauge& streams_;
    Gauge& waiting_;
    Gauge& sessions_;
    Gauge& database_up_;
    Gauge& ready_;
    Gauge& feed_delay_;
    Gauge& live_until_;
    Gauge& stored_;
};

}  // namespace pulse::serve
