#include "serve/readiness.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"
#include "serve/routes.hpp"

using namespace pulse;
using namespace pulse::serve;

namespace {

const Day kFriday = *parse_date("2025-12-05");

std::int64_t at(int hour, int minute) {
    return new_york_ms(kFriday, hour * 60 + minute);
}

flow::FeedState stored_up_to(std::int64_t live_to_ms) {
    flow::FeedState state;
    state.schema_version = kNeededSchema;
    state.live_to_ms = live_to_ms;
    state.stored_ms = live_to_ms + 900'000;
    state.delay_ms = 900'000;
    return state;
}

std::string_view status(const std::optional<flow::FeedState>& state, std::int64_t now_ms) {
    return name_of(feed_status(state, now_ms));
}

}  // namespace

TEST_CASE("the failing stage is named, and what to do") {
    CHECK(readiness(std::nullopt, at(12, 0)).stage == "database");
    flow::FeedState empty;
    CHECK(readiness(empty, at(12, 0)).stage == "schema");
    empty.schema_version = kNeededSchema;
    CHECK(readiness(empty, at(12, 0)).stage == "no_data");
    CHECK(readiness(stored_up_to(at(10, 0)), at(12, 0)).stage == "stale");
    for (const auto& state : {empty, stored_up_to(at(10, 0))})
        CHECK_FALSE(readiness(state, at(12, 0)).message.empty());
    CHECK(readiness(stored_up_to(at(11, 44)), at(12, 0)).ready);
}

TEST_CASE("a newer schema than this program's is no fault") {
    auto state = stored_up_to(at(11, 44));
    state.schema_version = kNeededSchema + 1;
    CHECK(readiness(state, at(12, 0)).ready);
}

TEST_CASE("what is fresh depends on the time of day") {
    const std::int64_t yesterday = at(0, 0) - 8 * 3'600'000;  // 16:00 on Thursday
    CHECK(status(stored_up_to(yesterday), at(9, 0)) == "closed");
    CHECK(status(stored_up_to(yesterday), at(9, 40)) == "quiet");
    CHECK(status(stored_up_to(yesterday), at(9, 50)) == "quiet");
    CHECK(status(stored_up_to(yesterday), at(10, 0)) == "no_data");
    CHECK(status(stored_up_to(at(9, 44)), at(10, 0)) == "live");
    CHECK(status(stored_up_to(at(15, 59)), at(16, 14)) == "live");
    CHECK(status(stored_up_to(at(15, 30)), at(16, 14)) == "stale");
    CHECK(status(stored_up_to(at(15, 30)), at(16, 30)) == "closed");
    CHECK(status(stored_up_to(at(15, 30)), at(48, 0)) == "closed");  // Sunday
}

TEST_CASE("an invented session is live while it plays, whatever the clock says") {
    auto state = stored_up_to(at(10, 0));
    state.simulated = true;
    state.stored_ms = at(3, 0);
    CHECK(status(state, at(3, 0) + 5'000) == "live");
    CHECK(status(state, at(4, 0)) == "quiet");
    CHECK(readiness(state, at(12, 0)).ready);
}

TEST_CASE("paths are known to the letter") {
    CHECK(route_of("/api/pulse/smart-money") == Route::kSmartMoney);
    CHECK(route_of("/api/pulse/orders") == Route::kOrders);
    CHECK(route_of("/api/pulse/signals") == Route::kSignals);
    CHECK(route_of("/") == Route::kPage);
    CHECK(route_of("/app.css") == Route::kPage);
    for (const char* unknown : {"", "//", "/api/pulse/smart-money/", "/api/pulse/Smart-Money", "/..",
                                "/%2e%2e/etc", "/api", "/index.html/", "/app.css%00"})
        CHECK(route_of(unknown) == Route::kUnknown);
}

TEST_CASE("the token protects the interface and the metrics, not the page and health") {
    for (const auto route :
         {Route::kSmartMoney, Route::kStream, Route::kMetrics, Route::kOpenApi, Route::kOrders,
          Route::kConcentration, Route::kSignals, Route::kOutcomes, Route::kBriefing})
        CHECK(is_protected(route));
    for (const auto route : {Route::kHealth, Route::kReady, Route::kPage, Route::kUnknown})
        CHECK_FALSE(is_protected(route));
}
