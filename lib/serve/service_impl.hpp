#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "net/http_server.hpp"
#include "serve/access.hpp"
#include "serve/live_hub.hpp"
#include "serve/live_reader.hpp"
#include "serve/query_string.hpp"
#include "serve/readiness.hpp"
#include "serve/routes.hpp"
#include "serve/serve_metrics.hpp"
#include "serve/service.hpp"
#include "serve/signal_hub.hpp"
#include "serve/webhook.hpp"
#include "store/query_pool.hpp"

/// The inside of Service, for its .cpp files: service.cpp follows the feed, service_requests.cpp answers,
/// service_signals.cpp looks for signals and tells them.
namespace pulse::serve {

/// A request until it is answered.
struct Exchange {
    WebRequest request;
    HttpServer::Ticket ticket = 0;
    Route route = Route::kUnknown;
    std::int64_t began_ms = 0;
};

/// Everything here happens on the server's thread unless it says otherwise.
struct Service::Impl {
    ServiceOptions options;
    Access access;
    ServeMetrics metrics;
    std::shared_ptr<const flow::Snapshot> snapshot;  // null until the database was seen
    bool database_up = false;
    FeedStatus status = FeedStatus::kNoDatabase;
    std::int64_t told_status_ms = 0;
    LiveHub hub;
    SignalHub signal_hub;
    bool signals_due = true;  // something may have changed since the last look
    bool looking = false;     // a look is under way
    std::int64_t looked_ms = 0;
    log::RateLimit signal_warnings{1, 60'000};
    std::optional<SignalNews> webhook_news;
    std::unique_ptr<Webhook> webhook;  // null: nowhere
    HttpServer server;
    // Last, so that they end first: their threads call the server.
    std::unique_ptr<store::QueryPool> pool;
    std::unique_ptr<LiveReader> reader;

    explicit Impl(ServiceOptions given);

    void on_request(WebRequest request, HttpServer::Ticket ticket);
    void dispatch(const std::shared_ptr<Exchange>& exchange);
    void dispatch_api(const std::shared_ptr<Exchange>& exchange);
    void finish(const Exchange& exchange, WebAnswer answer);
    void ask(const std::shared_ptr<Exchange>& exchange,
             std::function<std::string(store::Connection&)> question);
    /// Puts a question of the flow to the database: `answer` makes the body.
    template <typename Call, typename Answer>
    void ask_flow(const std::shared_ptr<Exchange>& exchange, Call call, Answer* answer) {
        ask(exchange,
            [call = std::move(call), known = snapshot, answer, &tickers = options.tickers](
                store::Connection& connection) { return answer(connection, call, *known, tickers); });
    }
    void open_stream(const Exchange& exchange, const flow::Parameters& parameters);

    bool begin_stream(const Exchange& exchange, std::string_view vary = {});

    void look_for_signals();
    void take_signals(const std::vector<SeenSignal>& found);
    void signals_failed(const std::exception_ptr& failure);
    void open_signals(const Exchange& exchange, const flow::Parameters& parameters);

    [[nodiscard]] std::optional<flow::FeedState> feed() const;
    void on_news(News news);
    void on_tick();
    [[nodiscard]] std::string status_event() const;
    void tell_status();
    void on_stop();
    WebAnswer health();
    WebAnswer ready();
    WebAnswer show_metrics();
};

}  // namespace pulse::serve
