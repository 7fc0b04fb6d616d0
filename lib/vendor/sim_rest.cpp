#include "vendor/sim_rest.hpp"

#include <fmt/format.h>

#include "vendor/aws_sigv4.hpp"
#include "vendor/sim_protocol.hpp"

namespace pulse {

namespace {

// Looks like the vendor's, and the same run gives the same ones (the constants are splitmix64's).
std::string request_id(std::uint64_t number) {
    std::uint64_t mixed = number * 0x9E3779B97F4A7C15;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
    return fmt::format("{:016x}{:016x}", mixed, number);
}

std::string_view error_text(int status) {
    switch (status) {
        case 401:
            return "Unknown API Key";
        case 403:
            return "You are not entitled to this data. Please upgrade your plan at "
                   "https://massive.com/pricing";
        case 404:
            return "Ticker not found.";
        case 429:
            return "You've exceeded the maximum requests per minute, please wait or upgrade your "
                   "subscription to "
                   "continue. https://massive.com/pricing";
        case 503:
            return "Service unavailable";
        default:
            return "Internal server error";
    }
}

std::string_view bearer_key(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    return authorization.starts_with(kScheme) ? authorization.substr(kScheme.size()) : std::string_view();
}

std::string origin(const HttpRequest& request) {
    const auto host = request.header("host");
    return fmt::format("{}://{}", request.tls ? "https" : "http", host.empty() ? "localhost" : host);
}

// As the request came, without its key.
std::string same_url(const HttpRequest& request) {
    std::string url = origin(request);
    for (const char c : request.path)
        url += c == ':' || c == '/' ? std::string(1, c) : aws_uri_encode(std::string_view(&c, 1), false);
    char separator = '?';
    for (const auto& [name, value] : request.query) {
        if (name == "apiKey") continue;
        url += fmt::format("{}{}={}", separator, aws_uri_encode(name, false), aws_uri_encode(value, false));
        separator = '&';
    }
    return url;
}

// The path below `prefix`, or nothing.
std::optional<std::string_view> below(std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
    return path.substr(prefix.size());
}

}  // namespace

HttpAnswer sim_rest_error(int status, const HttpRequest& request, std::string_view reason) {
    const bool entitled = status != 403, found = status != 404;
    HttpAnswer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = fmt::format(R"({{"status":"{}","request_id":"{}","{}":{}}})",
                              !entitled ? "NOT_AUTHORIZED"
                              : !found  ? "NOT_FOUND"
                                        : "ERROR",
                              request_id(request.number), entitled && found ? "error" : "message",
                              json_text(reason.empty() ? error_text(status) : reason));
    return answer;
}

std::string sim_page_end(const SimCall& call, const SimQuery& query, std::optional<std::uint64_t> next) {
    std::string end = fmt::format(R"("status":"{}","request_id":"{}")", call.twist.delayed ? "DELAYED" : "OK",
                                  request_id(call.request.number));
    const auto url = [&](std::string_view where, std::uint64_t place, std::uint64_t note) {
        return fmt::format("{}{}?cursor={}", where, call.request.path, query.cursor(place, note));
    };
    std::string next_url;
    if (call.twist.next == SimTwist::Next::kLoop)
        next_url = same_url(call.request);
    else if (call.twist.next == SimTwist::Next::kOtherHost)
        next_url = url("https://other-host.example", next.value_or(0), 0);
    else if (call.twist.no_results)
        next_url = url(origin(call.request), query.place(), call.request.number);
    else if (next)
        next_url = url(origin(call.request), *next, 0);
    if (!next_url.empty()) end += fmt::format(R"(,"next_url":{})", json_text(next_url));
    return end += '}';
}

HttpAnswer SimRest::answer(const SimCall& call) const {
    std::string_view key = bearer_key(call.request.header("authorization"));
    if (const auto* parameter = call.request.parameter("apiKey"); key.empty() && parameter != nullptr)
        key = *parameter;
    if (key.empty()) return sim_rest_error(401, call.request, "API Key was not provided");
    if (key_ && key != *key_) return sim_rest_error(401, call.request);
    try {
        return route(call);
    } catch (const SimBadRequest& bad) {
        return sim_rest_error(400, call.request, bad.what());
    }
}

HttpAnswer SimRest::route(const SimCall& call) const {
    const std::string_view path = call.request.path;
    if (path == "/v3/reference/options/contracts") return sim_contracts(call, history_());
    if (const auto contract = below(path, "/v3/trades/")) return sim_trades(call, history_(), *contract);
    if (const auto rest = below(path, "/v2/aggs/ticker/")) return sim_bars(call, history_(), *rest);
    if (path == "/v1/marketstatus/now") return sim_market_now(call);
    if (path == "/v1/marketstatus/upcoming") return sim_market_upcoming(call);
    HttpAnswer unknown;
    unknown.status = 404;
    unknown.headers = {{"Content-Type", "text/plain"}};
    unknown.text = "404 page not found\n";
    return unknown;
}

}  // namespace pulse
