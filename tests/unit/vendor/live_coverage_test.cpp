#include "vendor/live_coverage.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kWall = 1'000'000'000;

TimeSpan span(std::int64_t first, std::int64_t lowest, std::int64_t highest) {
    TimeSpan times;
    times.first = first;
    times.has_first = true;
    times.lowest = lowest;
    times.highest = highest;
    return times;
}

LiveCoverage started() {
    LiveCoverage coverage({"AAPL"}, "s");
    coverage.begin();
    return coverage;
}

}  // namespace

TEST_CASE("nothing is promised before the acknowledgement or without trades") {
    LiveCoverage coverage({"*"}, "s");
    coverage.delivered(span(100, 100, 200), kWall);
    CHECK_FALSE(coverage.due(0));
    coverage.begin();
    CHECK_FALSE(coverage.due(0));
    coverage.delivered(TimeSpan{}, kWall);
    CHECK_FALSE(coverage.due(0));
}

TEST_CASE("from is the first trade, to the highest time seen") {
    LiveCoverage coverage = started();
    coverage.delivered(span(100, 90, 200), kWall);
    coverage.delivered(span(150, 150, 150), kWall);
    const auto watermark = coverage.due(0);
    REQUIRE(watermark);
    CHECK(watermark->source == "live");
    CHECK(watermark->session == "s.1");
    CHECK(watermark->tickers == std::vector<std::string>{"AAPL"});
    CHECK(watermark->from_ms == 100);
    CHECK(watermark->to_ms == 200);
}

TEST_CASE("at most one watermark a second, none without news, one at the end") {
    LiveCoverage coverage = started();
    coverage.delivered(span(100, 100, 100), kWall);
    REQUIRE(coverage.due(5000));
    coverage.written(5000);
    CHECK_FALSE(coverage.due(9000));
    coverage.delivered(span(300, 300, 300), kWall);
    CHECK_FALSE(coverage.due(5999));
    CHECK(coverage.due(6000)->to_ms == 300);
    coverage.end();
    CHECK(coverage.due(5001)->to_ms == 300);
    coverage.written(5001);
    CHECK_FALSE(coverage.due(9000));
}

TEST_CASE("each connection is a session of its own") {
    LiveCoverage coverage = started();
    coverage.delivered(span(100, 100, 200), kWall);
    coverage.end();
    coverage.begin();
    coverage.delivered(span(500, 500, 600), kWall);
    CHECK(coverage.due(0)->session == "s.1");
    coverage.written(0);
    const auto second = coverage.due(2000);
    CHECK(second->session == "s.2");
    CHECK(second->from_ms == 500);
}

TEST_CASE(
    "a loss ends the interval before the earliest lost trade and the next one starts after the latest") {
    LiveCoverage coverage = started();
    coverage.delivered(span(100, 100, 200), kWall);
    coverage.lost(span(190, 190, 320));
    coverage.delivered(span(310, 310, 400), kWall);
    const auto before = coverage.due(0);
    CHECK(before->from_ms == 100);
    CHECK(before->to_ms == 189);
    coverage.written(0);
    const auto after = coverage.due(2000);
    CHECK(after->session == "s.2");
    CHECK(after->from_ms == 321);
    CHECK(after->to_ms == 400);
}

TEST_CASE("losing everything promises nothing") {
    LiveCoverage coverage = started();
    coverage.lost(span(100, 100, 200));
    coverage.delivered(span(150, 150, 180), kWall);
    CHECK_FALSE(coverage.due(0));
    coverage.end();
    CHECK_FALSE(coverage.due(0));
}

TEST_CASE("a cut after a number of trades leaves the last instant out") {
    LiveCoverage coverage = started();
    coverage.delivered(span(100, 100, 200), kWall);
    coverage.end(true);
    CHECK(coverage.due(0)->to_ms == 199);
}

TEST_CASE("a time from the future promises nothing") {
    LiveCoverage coverage = started();
    coverage.delivered(span(kWall + 60'001, kWall + 60'001, kWall + 60'001), kWall);
    CHECK_FALSE(coverage.due(0));
    coverage.delivered(span(kWall - 5, kWall - 5, kWall + 99'000'000), kWall);
    CHECK(coverage.due(0)->to_ms == kWall - 5);
}

TEST_CASE("a late print alone doesn't start an interval") {
    LiveCoverage coverage = started();
    TimeSpan late = span(0, 10, 10);
    late.has_first = false;
    coverage.delivered(late, kWall);
    CHECK_FALSE(coverage.due(0));
}
