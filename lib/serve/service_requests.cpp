#include <exception>

#include "answer/answers.hpp"
#include "answer/calls.hpp"
#include "answer/flow_answers.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "embedded/pulse_serve.hpp"
#include "flow/parameters.hpp"
#include "serve/service_impl.hpp"
#include "serve/status_answers.hpp"
#include "serve/web_answer.hpp"
#include "serve/web_files.hpp"

namespace pulse::serve {

namespace {

// What a caller may know of a failed question; the log says the rest.
WebAnswer answer_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const flow::ParameterError& error) {
        return error_answer(400, error.code(), error.what(), error.parameter());
    } catch (const store::DbError& error) {
        if (error.sqlstate() == "57014")
            return later_answer("timeout",
                                "this question took too long: ask for less time or use another filter");
        if (error.kind() == store::DbErrorKind::kBusy)
            return later_answer("busy", "too many questions at once: try again");
        log::warn("a question failed: {}", error.what());
        return later_answer("unavailable", "the database can't answer now: try again");
    } catch (const std::exception& error) {
        log::error("a question failed: {}", error.what());
        return error_answer(500, "internal", "this should not happen; the server's log has the reason");
    }
}

// True when the caller wants server-sent events, as a browser's EventSource says it.
bool wants_events(const WebRequest& request) {
    return request.header("accept").find("text/event-stream") != std::string_view::npos;
}

}  // namespace

void Service::Impl::on_request(WebRequest request, HttpServer::Ticket ticket) {
    auto exchange = std::make_shared<Exchange>();
    exchange->route = route_of(request.path);
    exchange->request = std::move(request);
    exchange->ticket = ticket;
    exchange->began_ms = mono_ms();
    const std::string& method = exchange->request.method;
    if (method == "OPTIONS") {
        server.reply(ticket, access.preflight(exchange->request));
    } else if (method != "GET" && method != "HEAD") {
        WebAnswer answer =
            error_answer(405, "method_not_allowed", "only GET, HEAD and OPTIONS are served here");
        answer.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
        finish(*exchange, std::move(answer));
    } else if (is_protected(exchange->route) && !access.allows(exchange->request)) {
        finish(*exchange, Access::unauthorized());
    } else {
        dispatch(exchange);
    }
}

void Service::Impl::dispatch(const std::shared_ptr<Exchange>& exchange) {
    switch (exchange->route) {
        case Route::kUnknown:
            return finish(*exchange, not_found());
        case Route::kPage:
            return finish(*exchange, web_file_answer(*find_web_file(exchange->request.path)));
        case Route::kHealth:
            return finish(*exchange, health());
        case Route::kReady:
            return finish(*exchange, ready());
        case Route::kMetrics:
            return finish(*exchange, show_metrics());
        default:
            break;
    }
    try {
        dispatch_api(exchange);
    } catch (const flow::ParameterError&) {
        finish(*exchange, answer_of(std::current_exception()));
    }
}

void Service::Impl::dispatch_api(const std::shared_ptr<Exchange>& exchange) {
    const flow::Parameters parameters = parse_query(exchange->request.query);
    const std::int64_t now = wall_ms();
    switch (exchange->route) {
        case Route::kSmartMoney:
            return ask(exchange, [call = answer::read_trades_call(parameters), known = snapshot,
                                  &tickers = options.tickers](store::Connection& connection) {
                return answer::trades_answer(connection, call, *known, tickers);
            });
        case Route::kSummary:
            return ask(exchange, [call = answer::read_summary_call(parameters, now), known = snapshot,
                                  &tickers = options.tickers](store::Connection& connection) {
                return answer::summary_answer(connection, call, *known, tickers);
            });
        case Route::kCoverage: {
            answer::CoverageCall call = answer::read_coverage_call(parameters, now);
            // It asks the connection nothing, so it wouldn't notice that there is no database.
            if (!database_up) return ask(exchange, {});
            return ask(exchange,
                       [call = std::move(call), known = snapshot, &tickers = options.tickers](
                           store::Connection&) { return answer::coverage_answer(call, *known, tickers); });
        }
        case Route::kStream:
            return open_stream(*exchange, parameters);
        case Route::kOrders:
            return ask_flow(exchange, answer::read_orders_call(parameters), &answer::orders_answer);
        case Route::kConcentration:
            return ask_flow(exchange, answer::read_concentration_call(parameters),
                            &answer::concentration_answer);
        case Route::kSignals:
            if (wants_events(exchange->request)) return open_signals(*exchange, parameters);
            return ask_flow(exchange, answer::read_signals_call(parameters), &answer::signals_answer);
        case Route::kOutcomes:
            return ask_flow(exchange, answer::read_outcomes_call(parameters), &answer::outcomes_answer);
        case Route::kBriefing:
            return ask_flow(exchange, answer::read_briefing_call(parameters), &answer::briefing_answer);
        default:
            answer::refuse_parameters(parameters);
            return finish(*exchange, json_answer(std::string(web::openapi_json)));
    }
}

void Service::Impl::finish(const Exchange& exchange, WebAnswer answer) {
    if (exchange.route == Route::kSignals) answer.headers.emplace_back("Vary", "Accept");
    access.finish(exchange.request, answer);
    const std::int64_t took_ms = mono_ms() - exchange.began_ms;
    metrics.count(exchange.route, answer.status, static_cast<double>(took_ms) / 1000.0);
    log::debug("{} {} {} {} ms", exchange.request.method, exchange.request.path, answer.status, took_ms);
    server.reply(exchange.ticket, std::move(answer));
}

void Service::Impl::ask(const std::shared_ptr<Exchange>& exchange,
                        std::function<std::string(store::Connection&)> question) {
    if (!snapshot || !question)
        return finish(*exchange, later_answer("unavailable", "the database can't be reached: try again"));
    if (snapshot->feed.schema_version < kNeededSchema)
        return finish(
            *exchange,
            later_answer("unavailable", "the database has no tables of this release yet: see /readyz", 10));
    const auto reply = [this, exchange](WebAnswer made) {
        server.post([this, exchange, shared = std::make_shared<WebAnswer>(std::move(made))] {
            finish(*exchange, std::move(*shared));
        });
    };
    const bool taken =
        pool->submit([question = std::move(question),
                      reply](store::Connection& connection) { reply(json_answer(question(connection))); },
                     [reply](const std::exception_ptr& failure) { reply(answer_of(failure)); });
    if (!taken) finish(*exchange, later_answer("busy", "too many questions at once: try again", 1));
}

// False when there is nothing to send behind the head. `vary`: what the answer depends on beside the address.
bool Service::Impl::begin_stream(const Exchange& exchange, std::string_view vary) {
    if (static_cast<int>(server.counts().open_streams) >= options.http.max_streams) {
        finish(exchange, later_answer("busy", "too many streams are open: try again later", 10));
        return false;
    }
    std::vector<std::pair<std::string, std::string>> headers;
    if (!vary.empty()) headers.emplace_back("Vary", vary);
    access.add_headers(exchange.request, headers);
    server.open_stream(exchange.ticket, std::move(headers));
    metrics.count(exchange.route, 200, 0);
    return exchange.request.method != "HEAD";  // the server ends that one behind its head
}

void Service::Impl::open_stream(const Exchange& exchange, const flow::Parameters& parameters) {
    const flow::TradeFilter filter = answer::read_stream_call(parameters);
    if (!begin_stream(exchange)) return;
    const auto last = parse_event_id(exchange.request.header("last-event-id"));
    std::string hello = "retry: 2000\n";
    // Who gets no event before the line breaks must not miss those told meanwhile.
    if (const auto now = hub.position(); now && !last) hello += "id: " + text_of(*now) + "\n";
    hello += status_event();
    server.send(exchange.ticket, std::make_shared<const std::string>(std::move(hello)));
    hub.add(exchange.ticket, filter, last);
}

WebAnswer Service::Impl::health() {
    return json_answer("{\"status\":\"ok\"}\n");
}

WebAnswer Service::Impl::ready() {
    const Readiness now = readiness(feed(), wall_ms());
    WebAnswer answer = json_answer(readiness_answer(now), now.ready ? 200 : 503);
    if (!now.ready) answer.headers.emplace_back("Retry-After", "5");
    return answer;
}

WebAnswer Service::Impl::show_metrics() {
    WebAnswer answer;
    answer.headers.emplace_back("Content-Type", Metrics::kContentType);
    answer.headers.emplace_back("Cache-Control", "no-store");
    answer.body = std::make_shared<const std::string>(metrics.text({
        .http = server.counts(),
        .waiting_questions = pool->waiting(),
        .database_sessions = pool->connected(),
        .database_up = database_up,
        .ready = readiness(feed(), wall_ms()).ready,
        .feed = snapshot ? &snapshot->feed : nullptr,
        .stream_clients = hub.clients(),
        .signal_clients = signal_hub.clients(),
        .webhook = webhook ? std::optional(webhook->counts()) : std::nullopt,
    }));
    return answer;
}

}  // namespace pulse::serve
