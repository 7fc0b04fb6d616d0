#include "vendor/backfill_plan.hpp"

#include "backfill_fixture.hpp"

using namespace pulse;
using namespace pulse::test;

namespace {

constexpr Day kMonday = day_from_civil(2025, 12, 1);

const auto kNothingFinished = [](const PlannedWindow&) { return false; };

// "0+2 4+1": runs as first index + count.
std::string text_of(const std::vector<WindowRun>& runs) {
    std::string text;
    for (const WindowRun& run : runs)
        text += fmt::format("{}{}+{}", text.empty() ? "" : " ", run.first, run.count);
    return text;
}

TickerPlan plan_of(const std::vector<Day>& days) {
    std::vector<HistoryWindow> windows;
    for (const Day day : days) windows.push_back(day_window("AAPL", day));
    return plan_tickers(windows).at(0);
}

HistoryWindow part_of(Day day, int from_minutes, int to_minutes) {
    HistoryWindow window = day_window("AAPL", day);
    window.begin_ms = new_york_ms(day, from_minutes);
    window.end_ms = new_york_ms(day, to_minutes);
    return window;
}

}  // namespace

TEST_CASE("windows are grouped by ticker and put in order of time") {
    const auto plans = plan_tickers({day_window("TSLA", kMonday + 1), day_window("AAPL", kMonday),
                                     day_window("TSLA", kMonday), day_window("TSLA", kMonday)});
    REQUIRE(plans.size() == 2);
    CHECK(plans[0].ticker == "TSLA");
    REQUIRE(plans[0].windows.size() == 2);
    CHECK(plans[0].windows[0].window.session == kMonday);
    CHECK(plans[1].ticker == "AAPL");
    CHECK(plan_tickers({}).empty());
}

TEST_CASE("successive sessions are asked for in one range, over weekends and holidays too") {
    const DteSpan all;
    const Day expiry = day_from_civil(2026, 6, 19);
    const Day friday = kMonday + 4;
    CHECK(text_of(plan_runs(plan_of({friday, friday + 3, friday + 4}), expiry, all, kNothingFinished)) ==
          "0+3");
    // Christmas is a Thursday.
    const Day eve = day_from_civil(2025, 12, 24);
    CHECK(text_of(plan_runs(plan_of({eve, eve + 2}), expiry, all, kNothingFinished)) == "0+2");
    // A session between the two isn't wanted: it must not be fetched.
    CHECK(text_of(plan_runs(plan_of({kMonday, kMonday + 2}), expiry, all, kNothingFinished)) == "0+1 1+1");
}

TEST_CASE("the day that summer time ends is a whole day") {
    const Day friday = day_from_civil(2025, 10, 31);
    CHECK(text_of(plan_runs(plan_of({friday, friday + 3}), friday + 30, {}, kNothingFinished)) == "0+2");
}

TEST_CASE("parts of a day are asked for by themselves") {
    const auto plans = plan_tickers({day_window("AAPL", kMonday), part_of(kMonday + 1, 600, 610),
                                     part_of(kMonday + 1, 700, 710), day_window("AAPL", kMonday + 2)});
    CHECK(text_of(plan_runs(plans.at(0), kMonday + 10, {}, kNothingFinished)) == "0+1 1+1 2+1 3+1");
    CHECK_FALSE(plans[0].windows[1].whole_day);
    CHECK(plans[0].windows[3].whole_day);
}

TEST_CASE("days to expiry choose the sessions, both edges included") {
    const TickerPlan week = plan_of({kMonday, kMonday + 1, kMonday + 2, kMonday + 3, kMonday + 4});
    const auto runs = [&](Day expiry, DteSpan span) {
        return text_of(plan_runs(week, expiry, span, kNothingFinished));
    };
    CHECK(runs(kMonday + 4, {0, 30}) == "0+5");
    CHECK(runs(kMonday + 2, {0, 30}) == "0+3");
    CHECK(runs(kMonday + 4, {2, 30}) == "0+3");
    CHECK(runs(kMonday + 4, {1, 3}) == "1+3");
    CHECK(runs(kMonday + 34, {0, 30}) == "4+1");
    CHECK(runs(kMonday + 35, {0, 30}).empty());
    CHECK(runs(kMonday - 1, {0, 30}).empty());
    CHECK(runs(kMonday + 900, {0, std::nullopt}) == "0+5");
    CHECK(runs(kMonday - 1, {0, std::nullopt}).empty());
}

TEST_CASE("what is finished splits a range") {
    const TickerPlan week = plan_of({kMonday, kMonday + 1, kMonday + 2, kMonday + 3, kMonday + 4});
    const auto runs = plan_runs(week, kMonday + 10, {}, [](const PlannedWindow& planned) {
        return planned.window.session == kMonday || planned.window.session == kMonday + 3;
    });
    CHECK(text_of(runs) == "1+2 4+1");
}

TEST_CASE("contracts are listed for the expiries that the windows can want") {
    const TickerPlan plan = plan_of({kMonday, kMonday + 4});
    const ContractsQuery filtered = contracts_query(plan, {2, 30}, true);
    CHECK(filtered.underlying == "AAPL");
    CHECK(filtered.expired);
    CHECK(filtered.first_expiry == kMonday + 2);
    CHECK(filtered.last_expiry == kMonday + 34);
    const ContractsQuery all = contracts_query(plan, {}, false);
    CHECK_FALSE(all.expired);
    CHECK(all.first_expiry == kMonday);
    CHECK(all.last_expiry == kNoLastExpiry);
}
