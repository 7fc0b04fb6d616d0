#include "vendor/source_choice.hpp"

#include "catch.hpp"
#include "market/calendar.hpp"
#include "market/new_york.hpp"

using namespace pulse;

namespace {

constexpr Day kMonday = day_from_civil(2025, 12, 1);

std::vector<Day> sessions(Day first, Day last) {
    std::vector<Day> days;
    for (Day day = first; day <= last; ++day)
        if (is_session(day)) days.push_back(day);
    return days;
}

SourceQuestion question(std::vector<Day> days, std::size_t tickers = 7) {
    SourceQuestion asked;
    asked.tickers = tickers;
    asked.sessions = std::move(days);
    asked.flat_credentials = true;
    asked.now_ms = new_york_ms(kMonday + 30, 0);
    return asked;
}

}  // namespace

TEST_CASE("many contracts are less work as files, few as requests") {
    const SourceChoice seven = choose_source(question(sessions(kMonday - 90, kMonday)));
    CHECK(seven.flat);
    CHECK_THAT(seven.why, ContainsSubstring("about "));
    CHECK_THAT(seven.why, ContainsSubstring(" contracts over REST take about "));
    const SourceChoice one = choose_source(question(sessions(kMonday - 90, kMonday), 1));
    CHECK_FALSE(one.flat);
    CHECK(one.rest_seconds < one.flat_seconds);
}

TEST_CASE("a slow plan makes files the better way for a single stock too") {
    SourceQuestion asked = question({kMonday}, 1);
    asked.max_dte = 1;
    CHECK_FALSE(choose_source(asked).flat);
    asked.rate = 5.0 / 60;
    CHECK(choose_source(asked).flat);
    CHECK(choose_source(asked).rest_seconds > 1000);
}

TEST_CASE("without a key for files it is REST") {
    SourceQuestion asked = question(sessions(kMonday - 90, kMonday));
    asked.flat_credentials = false;
    CHECK_FALSE(choose_source(asked).flat);
    CHECK_THAT(choose_source(asked).why, ContainsSubstring("no key for the flat files"));
}

TEST_CASE("sessions whose file isn't published yet count as REST's") {
    SourceQuestion asked = question({kMonday});
    asked.now_ms = flat_file_published_ms(kMonday);
    CHECK(choose_source(asked).flat);
    --asked.now_ms;
    const SourceChoice newest = choose_source(asked);
    CHECK_FALSE(newest.flat);
    CHECK_THAT(newest.why, ContainsSubstring("the file of 2025-12-01 is not published"));
    asked.sessions = sessions(kMonday - 90, kMonday);
    const SourceChoice mixed = choose_source(asked);
    CHECK(mixed.flat);
    CHECK_THAT(mixed.why, ContainsSubstring(" and the newest sessions over REST"));
    ++asked.now_ms;
    CHECK(choose_source(asked).flat_seconds < mixed.flat_seconds);
    CHECK(flat_file_published_ms(kMonday) == new_york_ms(kMonday + 1, 11 * 60));
}

TEST_CASE("every contract alive is more work than those near expiry") {
    SourceQuestion asked = question({kMonday}, 3);
    const double near = choose_source(asked).rest_seconds;
    asked.unfiltered = true;
    const double all = choose_source(asked).rest_seconds;
    CHECK(all > near);
    asked.unfiltered = false;
    asked.max_dte = 2000;
    CHECK(choose_source(asked).rest_seconds == Approx(all));
}

TEST_CASE("no rate limit counts as what the connections can do") {
    SourceQuestion asked = question(sessions(kMonday - 90, kMonday));
    const double limited = choose_source(asked).rest_seconds;
    asked.rate = 0;
    CHECK(choose_source(asked).rest_seconds < limited);
    asked.concurrency = 1;
    CHECK(choose_source(asked).rest_seconds > limited);
}

TEST_CASE("nothing to fetch is REST's work") {
    CHECK_FALSE(choose_source(question({})).flat);
}
