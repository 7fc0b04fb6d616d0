#include "market/new_york.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {
constexpr std::int64_t kHour = 3'600'000;
std::string date_at(std::int64_t unix_ms) {
    NewYorkClock clock;
    return date_text(clock.date_of(unix_ms));
}
}  // namespace

TEST_CASE("the date changes at midnight in New York, not in Greenwich") {
    const std::int64_t midnight = 1'764'910'800'000;  // 2025-12-05 05:00 UTC = 00:00 EST
    CHECK(date_at(midnight) == "2025-12-05");
    CHECK(date_at(midnight - 1) == "2025-12-04");
    CHECK(date_at(midnight - 4 * kHour) == "2025-12-04");  // 01:00 UTC of the 5th is still the 4th
}

TEST_CASE("both changes of daylight saving move midnight") {
    const std::int64_t before_spring = 1'741'410'000'000;  // 2025-03-08 05:00 UTC = 00:00 EST
    CHECK(date_at(before_spring) == "2025-03-08");
    CHECK(date_at(before_spring + 24 * kHour) == "2025-03-09");      // the 9th begins in standard time
    CHECK(date_at(before_spring + 47 * kHour - 1) == "2025-03-09");  // and has 23 hours
    CHECK(date_at(before_spring + 47 * kHour) == "2025-03-10");

    const std::int64_t autumn = 1'762'056'000'000;  // 2025-11-02 04:00 UTC = 00:00 EDT
    CHECK(date_at(autumn) == "2025-11-02");
    CHECK(date_at(autumn - 1) == "2025-11-01");
    CHECK(date_at(autumn + 25 * kHour - 1) == "2025-11-02");  // 25 hours
    CHECK(date_at(autumn + 25 * kHour) == "2025-11-03");
}

TEST_CASE("one clock answers in any order") {
    NewYorkClock clock;
    const Day later = clock.date_of(1'764'948'620'676);
    CHECK(clock.date_of(0) == day_from_civil(1969, 12, 31));
    CHECK(clock.date_of(1'764'948'620'676) == later);
    CHECK(clock.date_of(kMaxUnixMs) == day_from_civil(9999, 12, 30));
}

TEST_CASE("a wall time of the exchange is an instant") {
    CHECK(new_york_ms(day_from_civil(2025, 12, 5), 9 * 60 + 30) == 1'764'945'000'000);
    CHECK(new_york_ms(day_from_civil(2025, 7, 1), 9 * 60 + 30) == 1'751'376'600'000);
}
