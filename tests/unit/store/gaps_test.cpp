#include "store/gaps.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::store;

namespace {

const Day kFriday = day_from_civil(2026, 3, 6);
const Day kMonday = day_from_civil(2026, 3, 9);  // New York's clocks went forward on the 8th
const auto kSessions = sessions_between(kFriday, kMonday);
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kNever = INT64_MAX;

std::int64_t at(Day day, int hour, int minute) {
    return new_york_ms(day, hour * 60 + minute);
}

GapRule rule_for(std::vector<std::string> tickers) {
    GapRule rule;
    rule.tickers = std::move(tickers);
    rule.until_ms = kNever;
    return rule;
}

CoverageRow live(const std::string& ticker, std::int64_t from, std::int64_t to) {
    return {ticker, true, {from, to}};
}

}  // namespace

TEST_CASE("a session nobody knows is fetched over its whole New York date") {
    const auto windows = missing_windows({}, kSessions, rule_for({"AAPL", "TSLA"}));
    REQUIRE(windows.size() == 4);
    CHECK(windows[0].ticker == "AAPL");
    CHECK(windows[0].session == kFriday);
    CHECK(windows[0].begin_ms == at(kFriday, 0, 0));
    CHECK(windows[0].end_ms == at(kFriday + 1, 0, 0));
    CHECK(windows[0].from_ms == at(kFriday, 9, 30));
    CHECK(windows[0].to_ms == at(kFriday, 16, 0));
    CHECK(windows[1].session == kMonday);
    CHECK(windows[1].end_ms - windows[1].begin_ms == 24 * 60 * kMinute);
    CHECK(windows[3].ticker == "TSLA");
}

TEST_CASE("a gap inside is fetched with the time before it in which late prints belong") {
    const std::vector<CoverageRow> coverage{live("*", at(kFriday, 9, 30), at(kFriday, 11, 0)),
                                            live("AAPL", at(kFriday, 11, 10), at(kFriday, 16, 0)),
                                            {"AAPL", false, {at(kMonday, 0, 0), at(kMonday, 23, 0)}}};
    const auto windows = missing_windows(coverage, kSessions, rule_for({"AAPL"}));
    REQUIRE(windows.size() == 1);
    CHECK(windows[0].from_ms == at(kFriday, 11, 0) + 1);
    CHECK(windows[0].to_ms == at(kFriday, 11, 10) - 1);
    CHECK(windows[0].begin_ms == at(kFriday, 10, 40) + 1);
    CHECK(windows[0].end_ms == at(kFriday, 11, 10) + 1);
}

TEST_CASE("gaps close together are fetched without reading anything twice") {
    const std::vector<CoverageRow> coverage{live("AAPL", at(kFriday, 9, 30), at(kFriday, 11, 0)),
                                            live("AAPL", at(kFriday, 11, 1), at(kFriday, 11, 5)),
                                            live("AAPL", at(kFriday, 11, 6), at(kFriday, 16, 0))};
    const auto windows = missing_windows(coverage, {kSessions.data(), 1}, rule_for({"AAPL"}));
    REQUIRE(windows.size() == 2);
    CHECK(windows[1].begin_ms == windows[0].end_ms);
    CHECK(windows[1].from_ms == at(kFriday, 11, 5) + 1);
    CHECK(windows[1].end_ms == at(kFriday, 11, 6) + 1);
}

TEST_CASE("gaps at the ends of a session reach to the ends of the date") {
    const std::vector<CoverageRow> coverage{live("AAPL", at(kFriday, 10, 0), at(kFriday, 15, 0))};
    const auto windows = missing_windows(coverage, {kSessions.data(), 1}, rule_for({"AAPL"}));
    REQUIRE(windows.size() == 2);
    CHECK(windows[0].begin_ms == at(kFriday, 0, 0));
    CHECK(windows[0].end_ms == at(kFriday, 10, 0) + 1);
    CHECK(windows[1].begin_ms == at(kFriday, 14, 40) + 1);
    CHECK(windows[1].end_ms == at(kFriday + 1, 0, 0));
}

TEST_CASE("moments without trades at the edges are no gaps") {
    const std::vector<CoverageRow> coverage{live("AAPL", at(kFriday, 9, 30) + 900, at(kFriday, 16, 0) - 900)};
    CHECK(missing_windows(coverage, {kSessions.data(), 1}, rule_for({"AAPL"})).empty());
}

TEST_CASE("nothing is asked for that history can't have yet") {
    auto rule = rule_for({"AAPL"});
    rule.until_ms = at(kFriday, 12, 0);
    const auto windows = missing_windows({}, kSessions, rule);
    REQUIRE(windows.size() == 1);
    CHECK(windows[0].end_ms == at(kFriday, 12, 0));
    CHECK(windows[0].to_ms == at(kFriday, 12, 0) - 1);
}

TEST_CASE("before_live leaves what follows the newest live interval's start to the stream") {
    auto rule = rule_for({"AAPL"});
    rule.before_live = true;
    CHECK(missing_windows({}, kSessions, rule).empty());
    const std::vector<CoverageRow> coverage{live("AAPL", at(kFriday, 9, 30), at(kFriday, 11, 0)),
                                            live("AAPL", at(kFriday, 11, 10), at(kFriday, 11, 20))};
    const auto windows = missing_windows(coverage, kSessions, rule);
    REQUIRE(windows.size() == 1);
    CHECK(windows[0].from_ms == at(kFriday, 11, 0) + 1);
    CHECK(windows[0].to_ms == at(kFriday, 11, 10) - 1);
}

TEST_CASE("beside the stream a gap waits until history holds all of it") {
    auto rule = rule_for({"AAPL"});
    rule.before_live = true;
    const std::vector<CoverageRow> coverage{live("AAPL", at(kFriday, 9, 30), at(kFriday, 11, 0)),
                                            live("AAPL", at(kFriday, 11, 10), at(kFriday, 11, 20))};
    rule.until_ms = at(kFriday, 11, 5);
    CHECK(missing_windows(coverage, kSessions, rule).empty());
    rule.until_ms = at(kFriday, 11, 10) + 1;
    CHECK(missing_windows(coverage, kSessions, rule).size() == 1);
}

TEST_CASE("changes of the calendar override the rules") {
    const CalendarChange closed{kFriday, std::nullopt};
    const CalendarChange early{kMonday, at(kMonday, 13, 0)};
    const std::vector changes{closed, early};
    const auto sessions = sessions_between(kFriday, kMonday, changes);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions[0].date == kMonday);
    CHECK(sessions[0].close_ms == at(kMonday, 13, 0));
}
