#include "vendor/holidays_task.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {

FetchNext give(HolidaysTask& task, const std::string& body) {
    task.start({});
    for (const char c : body) task.body({&c, 1});
    return task.end();
}

constexpr Day kChristmas = day_from_civil(2025, 12, 25);

}  // namespace

TEST_CASE("holidays of the stock exchanges come by date, each once") {
    std::vector<RestHoliday> holidays;
    HolidaysTask task("http://vendor.test", holidays);
    CHECK(task.request().url == "http://vendor.test/v1/marketstatus/upcoming");
    CHECK(task.request().bearer_key);
    const auto next = give(task, R"([
      {"date":"2025-12-25","exchange":"NYSE","name":"Christmas","status":"closed"},
      {"date":"2025-12-25","exchange":"NASDAQ","name":"Christmas","status":"closed"},
      {"date":"2025-12-26","exchange":"OTC","name":"Other","status":"closed"},
      {"date":"2025-12-24","exchange":"NASDAQ","status":"early-close","open":"2025-12-24T14:30:00.000Z",
       "close":"2025-12-24T18:00:00.000Z"}])");
    CHECK(next == FetchNext::kDone);
    REQUIRE(holidays.size() == 2);
    CHECK(holidays[0].date == kChristmas - 1);
    CHECK_FALSE(holidays[0].closed);
    CHECK(holidays[0].close_ms == 1'766'599'200'000);
    CHECK(holidays[1].date == kChristmas);
    CHECK(holidays[1].closed);
}

TEST_CASE("where the exchanges differ the day counts as closed") {
    std::vector<RestHoliday> holidays;
    HolidaysTask task("http://vendor.test", holidays);
    REQUIRE(
        give(
            task,
            R"([{"date":"2025-12-24","exchange":"NASDAQ","status":"early-close","close":"2025-12-24T18:00:00Z"},
                           {"date":"2025-12-24","exchange":"NYSE","status":"closed"}])") == FetchNext::kDone);
    REQUIRE(holidays.size() == 1);
    CHECK(holidays[0].closed);
}

TEST_CASE("an answer that is no list is worth another try, which starts clean") {
    std::vector<RestHoliday> holidays;
    HolidaysTask task("http://vendor.test", holidays);
    for (const std::string body : {"<html>busy</html>", R"([{"date")", ""}) {
        CHECK(give(task, body) == FetchNext::kBroken);
        CHECK_FALSE(task.broken_reason().empty());
    }
    CHECK(give(task, "[" + std::string(1 << 20, ' ') + "]") == FetchNext::kBroken);
    CHECK_THAT(task.broken_reason(), ContainsSubstring("longer than 1 MiB"));
    CHECK(give(task, "[]") == FetchNext::kDone);
    CHECK(holidays.empty());
}
