#include "market/calendar.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;

namespace {
bool open_on(const char* date) {
    return is_session(*parse_date(date));
}
bool half_on(const char* date) {
    return is_half_day(*parse_date(date));
}
}  // namespace

// Source of the dates: the exchange's published holiday lists for these years.
TEST_CASE("exchange holidays are closed") {
    for (const char* date :
         {"2025-01-01", "2025-01-09", "2025-01-20", "2025-02-17", "2025-04-18", "2025-05-26", "2025-06-19",
          "2025-07-04", "2025-09-01", "2025-11-27", "2025-12-25", "2026-04-03", "2026-06-19", "2026-07-03",
          "2021-12-24", "2022-06-20", "2022-12-26", "2023-01-02", "2012-10-29", "2018-12-05"})
        CHECK_FALSE(open_on(date));
}

TEST_CASE("ordinary weekdays are open, weekends are not") {
    for (const char* date : {"2025-12-05", "2021-06-18", "2021-12-31", "2025-11-28", "2026-07-02"})
        CHECK(open_on(date));
    CHECK_FALSE(open_on("2025-12-06"));
    CHECK_FALSE(open_on("2025-12-07"));
}

TEST_CASE("short days close at one") {
    for (const char* date : {"2025-07-03", "2025-11-28", "2025-12-24", "2024-07-03", "2026-11-27"})
        CHECK(half_on(date));
    for (const char* date : {"2025-12-05", "2026-07-03", "2021-12-24", "2026-07-02"})
        CHECK_FALSE(half_on(date));
    const auto session = session_of(*parse_date("2025-11-28"));
    REQUIRE(session);
    CHECK(session->close_ms - session->open_ms == 7 * 1'800'000);
}

TEST_CASE("the last session opened before the instant") {
    const std::int64_t sunday = new_york_ms(*parse_date("2025-12-07"), 12 * 60);
    CHECK(date_text(last_session(sunday).date) == "2025-12-05");
    const std::int64_t friday_open = session_of(*parse_date("2025-12-05"))->open_ms;
    CHECK(date_text(last_session(friday_open).date) == "2025-12-05");
    CHECK(date_text(last_session(friday_open - 1).date) == "2025-12-04");
}
