#include "market/date.hpp"

#include "catch.hpp"

using namespace pulse;

TEST_CASE("dates count days since 1970") {
    CHECK(day_from_civil(1970, 1, 1) == 0);
    CHECK(day_from_civil(2025, 12, 19) - day_from_civil(2025, 12, 5) == 14);
    CHECK(weekday_of(day_from_civil(2025, 12, 5)) == 5);
    CHECK(date_text(day_from_civil(2024, 2, 29)) == "2024-02-29");
}

TEST_CASE("a date's text is read as the same date") {
    for (Day day = day_from_civil(0, 1, 1); day <= day_from_civil(9999, 12, 31); day += 17)
        REQUIRE(parse_date(date_text(day)) == day);
    CHECK(date_text(day_from_civil(0, 1, 1)) == "0000-01-01");
    CHECK(date_text(day_from_civil(9999, 12, 31)) == "9999-12-31");
}

TEST_CASE("only YYYY-MM-DD with an existing date is a date") {
    CHECK(parse_date("2025-12-05") == day_from_civil(2025, 12, 5));
    for (const char* bad :
         {"", "2025-12-5", "2025/12/05", "2025-13-01", "2025-02-29", "20251205", "2025-12-05T", "2o25-12-05"})
        CHECK_FALSE(parse_date(bad).has_value());
}
