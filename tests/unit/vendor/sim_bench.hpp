#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <string>
#include <vector>

#include "catch.hpp"
#include "vendor/http_message.hpp"
#include "vendor/sim_rest.hpp"

/// What the tests of the simulator's HTTP side share.
namespace pulse {

inline constexpr std::int64_t kMarch6 = 1'772'807'400'000;  // 2026-03-06 9:30 New York, Unix ms
inline constexpr std::int64_t kHour = 3'600'000;

inline std::string tape_line(std::string_view symbol, std::int64_t t_ms, int size,
                             std::string_view conditions = "209") {
    const auto c = conditions.empty() ? std::string() : fmt::format(R"("c":[{}],)", conditions);
    return fmt::format(R"({{"ev":"T","sym":"{}","x":302,"p":8.5,"s":{},{}"t":{},"q":{}}})"
                       "\n",
                       symbol, size, c, t_ms, size);
}

inline HttpRequest get(std::string path, HttpFields query = {}) {
    HttpRequest request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    request.headers = {{"host", "sim:8080"}, {"authorization", "Bearer k"}};
    request.number = 7;
    return request;
}

inline std::string whole(HttpAnswer answer) {
    materialize(answer);
    return answer.text;
}

/// The path and query of the page behind this one, or nothing.
inline std::optional<HttpRequest> next_page(const std::string& body) {
    simdjson::dom::parser parser;
    std::string_view url;
    if (parser.parse(body)["next_url"].get(url) != simdjson::SUCCESS) return std::nullopt;
    const std::string_view origin = "http://sim:8080";
    REQUIRE(url.starts_with(origin));
    url.remove_prefix(origin.size());
    const auto question = url.find("?cursor=");
    REQUIRE(question != url.npos);
    return get(std::string(url.substr(0, question)), {{"cursor", std::string(url.substr(question + 8))}});
}

/// A key of each result, over all pages.
template <typename Value>
std::vector<Value> all_pages(const SimRest& rest, HttpRequest request, const char* key,
                             std::int64_t wall_ms = kMarch6) {
    std::vector<Value> values;
    for (std::optional<HttpRequest> page = std::move(request); page;) {
        const auto body = whole(rest.answer({*page, {}, wall_ms}));
        simdjson::dom::parser parser;
        const simdjson::dom::element json = parser.parse(body);
        for (const simdjson::dom::element row : simdjson::dom::array(json["results"]))
            values.emplace_back(
                typename std::conditional<std::is_same_v<Value, std::string>, std::string_view, Value>::type(
                    row[key]));
        page = next_page(body);
        REQUIRE(values.size() < 1000);
    }
    return values;
}

}  // namespace pulse
