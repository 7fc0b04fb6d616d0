#include "flow/known.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

constexpr Day kFriday = day_from_civil(2025, 12, 5);
constexpr std::int64_t kHour = 3'600'000;

Session friday() {
    return *session_of(kFriday);
}

TimeRange whole(const Session& session) {
    return {session.open_ms, session.close_ms};
}

store::CoverageRow row(const char* ticker, bool live, std::int64_t from_ms, std::int64_t to_ms) {
    return {ticker, live, {from_ms, to_ms}};
}

FeedState later() {
    FeedState state;
    state.now_ms = new_york_ms(kFriday + 1, 12 * 60);
    return state;
}

}  // namespace

TEST_CASE("the lag follows the feed within bounds") {
    FeedState state;
    CHECK(expected_lag_ms(state) == 16 * 60'000);
    state.delay_ms = 1000;  // a real-time feed: 15 minutes all the same
    CHECK(expected_lag_ms(state) == 16 * 60'000);
    state.delay_ms = 20 * 60'000;
    CHECK(expected_lag_ms(state) == 21 * 60'000);
    state.delay_ms = 24 * kHour;
    CHECK(expected_lag_ms(state) == 31 * 60'000);
    state.delay_ms = -kHour;
    CHECK(expected_lag_ms(state) == 16 * 60'000);
}

TEST_CASE("the coverage object of an answer") {
    const Session s = friday();
    FeedState state = later();
    state.delay_ms = 903'400;
    state.live_to_ms = s.close_ms;
    const KnownTime coverage(
        {row("AAPL", true, s.open_ms, s.close_ms), row("TSLA", false, s.open_ms, s.open_ms + 3 * kHour - 1)});
    CHECK(
        coverage_json(coverage, {"AAPL", "TSLA"}, {new_york_ms(kFriday, 0), new_york_ms(kFriday + 1, 0) - 1},
                      state) ==
        R"({"from":"2025-12-05T14:30:00.000Z","to":"2025-12-05T20:59:59.999Z","state":"partial","known_share":0.7307,)"
        R"("tickers":{"AAPL":"complete","TSLA":"partial"},)"
        R"("gaps":[{"ticker":"TSLA","from":"2025-12-05T17:30:00.000Z","to":"2025-12-05T20:59:59.999Z"}],"gap_count":1,)"
        R"("live_share":0.6842,"feed_delay_s":903,"live_until":"2025-12-05T21:00:00.000Z","simulated":false})");
}

TEST_CASE("nothing to know on a Saturday") {
    const std::string json =
        coverage_json({}, {"AAPL"}, {new_york_ms(kFriday + 1, 0), new_york_ms(kFriday + 1, 720)}, later());
    CHECK(
        json ==
        R"({"from":null,"to":null,"state":"pending","known_share":null,"tickers":{"AAPL":"pending"},"gaps":[],)"
        R"("gap_count":0,"live_share":null,"feed_delay_s":null,"live_until":null,"simulated":false})");
}

TEST_CASE("at most twenty gaps are listed, the newest, and all are counted") {
    const Session s = friday();
    std::vector<store::CoverageRow> coverage;
    for (int i = 0; i < 30; ++i)
        coverage.push_back(row("*", true, s.open_ms + i * 600'000, s.open_ms + i * 600'000 + 300'000));
    const std::string json = coverage_json(KnownTime(coverage), {"A"}, whole(s), later());
    CHECK(json.find("\"gap_count\":30") != std::string::npos);
    std::size_t listed = 0;
    for (std::size_t at = json.find("{\"ticker\""); at != std::string::npos;
         at = json.find("{\"ticker\"", at + 1))
        ++listed;
    CHECK(listed == 20);
    CHECK(json.find("\"gaps\":[{\"ticker\":\"A\",\"from\":\"2025-12-05T19:25:00.001Z\"") !=
          std::string::npos);
}

TEST_CASE("names from outside can't break the JSON, and a span of all time is answered") {
    const std::string json = coverage_json({}, {"A\"\\\n"}, {-5, kMaxUnixMs}, later());
    CHECK(json.find(R"("tickers":{"A\"\\\u000a":"unknown"})") != std::string::npos);
}

TEST_CASE("sessions come newest first, each with its tickers") {
    const auto sessions = sessions_between(kFriday - 1, kFriday);
    REQUIRE(sessions.size() == 2);
    const std::string json =
        sessions_json(KnownTime({row("AAPL", true, sessions[0].open_ms, sessions[0].close_ms)}), {"AAPL"},
                      sessions, later());
    CHECK(json.starts_with(
        R"({"sessions":[{"date":"2025-12-05","open":"2025-12-05T14:30:00.000Z","close":"2025-12-05T21:00:00.000Z",)"
        R"("tickers":[{"ticker":"AAPL","state":"unknown","market_s":23400,"known_s":0,"live_s":0,)"
        R"("gaps":[{"from":"2025-12-05T14:30:00.000Z","to":"2025-12-05T20:59:59.999Z"}]}]},)"
        R"({"date":"2025-12-04","open":"2025-12-04T14:30:00.000Z","close":"2025-12-04T21:00:00.000Z",)"
        R"("tickers":[{"ticker":"AAPL","state":"complete","market_s":23400,"known_s":23400,"live_s":23400,"gaps":[]}]}],)"
        R"("coverage":{"from":"2025-12-04T14:30:00.000Z","to":"2025-12-05T20:59:59.999Z","state":"partial")"));
    CHECK(sessions_json({}, {"AAPL"}, {}, later()).starts_with(R"({"sessions":[],"coverage":{"from":null)"));
}

TEST_CASE("an invented session is expected only as far as it has played") {
    FeedState state;
    state.now_ms = friday().close_ms + 48 * kHour;
    state.live_to_ms = friday().open_ms + kHour;
    CHECK(horizon_ms(state) == state.now_ms - expected_lag_ms(state));
    state.simulated = true;
    CHECK(horizon_ms(state) == *state.live_to_ms);
    state.live_to_ms.reset();
    CHECK(horizon_ms(state) == state.now_ms - expected_lag_ms(state));
}
