#include "flow/trade_plan.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

constexpr Day kExpiry = day_from_civil(2025, 12, 19);

TradeFilter with(std::initializer_list<std::pair<const char*, const char*>> conditions) {
    TradeFilter filter;
    for (const auto& [name, value] : conditions) filter.set(name, value);
    return filter;
}

}  // namespace

TEST_CASE("the way follows the rarest condition") {
    CHECK(choose_way({}) == Way::kNewest);
    CHECK(choose_way(with({{"since", "2025-12-05"}, {"cancelled", "include"}})) == Way::kNewest);
    CHECK(choose_way(with({{"side", "PUT"}})) == Way::kOnward);
    CHECK(choose_way(with({{"min_premium", "999999.99"}})) == Way::kOnward);
    CHECK(choose_way(with({{"min_premium", "1000000"}})) == Way::kBig);
    CHECK(choose_way(with({{"min_premium", "9999999"}, {"side", "PUT"}, {"since", "2025-12-05"}})) ==
          Way::kBig);
    for (const auto& [name, value] : {std::pair{"ticker", "AAPL"}, std::pair{"expiry", "2025-12-19"},
                                      std::pair{"max_dte", "0"}, std::pair{"strike", "190"}}) {
        CHECK(choose_way(with({{"min_premium", "9999999.99"}, {name, value}})) == Way::kExpiries);
        CHECK(choose_way(with({{"min_premium", "10000000"}, {name, value}})) == Way::kBig);
    }
    CHECK(choose_way(with({{"ticker", "AAPL"}})) == Way::kExpiries);
    CHECK(choose_way(with({{"expiry", "2025-12-19"}})) == Way::kExpiries);
    CHECK(choose_way(with({{"strike", "190"}})) == Way::kExpiries);
}

TEST_CASE("the dates of a question") {
    const TradeFilter filter =
        with({{"since", "2025-12-01T00:00:00Z"}, {"until", "2025-12-05T23:59:59.999Z"}});
    CHECK(days_of(filter, kMaxUnixMs).first == day_from_civil(2025, 12, 1));
    CHECK(days_of(filter, kMaxUnixMs).last == day_from_civil(2025, 12, 5));
    CHECK(days_of(filter, 1'764'806'400'000).last == day_from_civil(2025, 12, 4));
    CHECK(days_of({}, kMaxUnixMs).first == 0);
    CHECK(days_of({}, kMaxUnixMs).last == day_from_civil(9999, 12, 31));
}

TEST_CASE("max_dte says when an expiry's trades can begin, never when they end") {
    const DayRange days{kExpiry - 100, kExpiry + 100};
    const auto all = stretches_of({}, {{"AAPL", kExpiry}}, days);
    REQUIRE(all.size() == 1);
    CHECK(all[0].what.ticker == "AAPL");
    CHECK(all[0].what.expiry == kExpiry);
    CHECK(all[0].days.first == days.first);
    CHECK(all[0].days.last == days.last);
    const auto near = stretches_of(with({{"max_dte", "3"}}), {{"AAPL", kExpiry}}, days);
    REQUIRE(near.size() == 1);
    CHECK(near[0].days.first == kExpiry - 3);
    CHECK(near[0].days.last == days.last);
    CHECK(stretches_of(with({{"max_dte", "3"}}), {{"AAPL", kExpiry}}, {0, kExpiry - 4}).empty());
}

TEST_CASE("a trade of the evening belongs to the next date in UTC: no stretch loses it") {
    // 2025-12-18 19:30 in New York, one day to expiry, is 00:30 on the 19th in UTC.
    const std::int64_t t_ms = new_york_ms(kExpiry - 1, 19 * 60 + 30);
    const auto near = stretches_of(with({{"max_dte", "1"}}), {{"AAPL", kExpiry}}, days_of({}, t_ms));
    REQUIRE(near.size() == 1);
    CHECK(near[0].days.first <= static_cast<Day>(t_ms / 86'400'000));
    CHECK(near[0].days.last >= static_cast<Day>(t_ms / 86'400'000));
}

TEST_CASE("a strike is spelled in thousandths, if a symbol can") {
    CHECK(strike_milli({25, 1}) == 2500);
    CHECK(strike_milli({190, 0}) == 190'000);
    CHECK(strike_milli({99'999'999, 3}) == 99'999'999);
    CHECK(strike_milli({0, 0}) == 0);
    CHECK_FALSE(strike_milli({5, 4}));
    CHECK_FALSE(strike_milli({100'000, 0}));
    CHECK_FALSE(strike_milli({999'999'999'999'999'999, 0}));
}
