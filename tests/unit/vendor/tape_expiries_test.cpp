#include "vendor/tape_expiries.hpp"

#include <algorithm>

#include "catch.hpp"
#include "market/calendar.hpp"

using namespace pulse;

namespace {

bool has(const std::vector<Day>& days, std::string_view date) {
    return std::find(days.begin(), days.end(), *parse_date(date)) != days.end();
}

}  // namespace

TEST_CASE("expirations ascend, start today at the earliest and reach two years", "[tape]") {
    const Day day = *parse_date("2026-03-06");
    for (const auto cycle : {ExpiryCycle::kDaily, ExpiryCycle::kMonWedFri, ExpiryCycle::kWeekly,
                             ExpiryCycle::kMonthly, ExpiryCycle::kAdjusted}) {
        const auto expiries = tape_expiries(day, cycle);
        CHECK(std::is_sorted(expiries.begin(), expiries.end()));
        CHECK(std::adjacent_find(expiries.begin(), expiries.end()) == expiries.end());
        CHECK(expiries.front() >= day);
        CHECK(expiries.back() > day + 600);
        CHECK(std::all_of(expiries.begin(), expiries.end(), is_session));
    }
}

TEST_CASE("the MAG7 have Mondays and Wednesdays since they were listed", "[tape]") {
    const auto before = tape_expiries(*parse_date("2026-01-23"), ExpiryCycle::kMonWedFri);
    CHECK_FALSE(has(before, "2026-02-02"));
    CHECK(has(before, "2026-01-30"));
    const auto since = tape_expiries(*parse_date("2026-01-26"), ExpiryCycle::kMonWedFri);
    CHECK_FALSE(has(since, "2026-01-28"));
    CHECK(has(since, "2026-02-02"));
    CHECK(has(since, "2026-02-04"));
    CHECK_FALSE(has(tape_expiries(*parse_date("2026-01-26"), ExpiryCycle::kWeekly), "2026-02-02"));
}

TEST_CASE("dailies are every session", "[tape]") {
    const auto expiries = tape_expiries(*parse_date("2026-03-03"), ExpiryCycle::kDaily);
    CHECK(has(expiries, "2026-03-03"));
    CHECK(has(expiries, "2026-03-05"));
    CHECK_FALSE(has(expiries, "2026-03-07"));
}

TEST_CASE("a Friday holiday moves the expiration to Thursday", "[tape]") {
    const auto expiries = tape_expiries(*parse_date("2026-03-30"), ExpiryCycle::kWeekly);
    CHECK(has(expiries, "2026-04-02"));
    CHECK_FALSE(has(expiries, "2026-04-03"));  // Good Friday
}

TEST_CASE("monthlies of 2014 carry the Saturday", "[tape]") {
    const auto expiries = tape_expiries(*parse_date("2014-06-02"), ExpiryCycle::kMonthly);
    CHECK(expiries.front() == *parse_date("2014-06-21"));
    CHECK(has(expiries, "2015-03-20"));
}
