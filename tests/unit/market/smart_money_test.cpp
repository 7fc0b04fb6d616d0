#include "market/smart_money.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kTradeTime = 1'764'948'620'676;  // 2025-12-05 10:30 New York

Judgement judged(std::string_view sym, std::string_view price, std::int64_t contracts,
                 std::int64_t t_ms = kTradeTime, const SmartMoneyRule& rule = {}) {
    OccSymbol symbol;
    REQUIRE(parse_occ_symbol(sym, symbol) == SymbolError::kNone);
    NewYorkClock clock;
    const auto result = judge(rule, symbol, *parse_decimal(price), contracts, t_ms, clock);
    REQUIRE(result);
    return *result;
}

}  // namespace

TEST_CASE("a premium on the threshold passes, one cent under does not") {
    CHECK(judged("O:AAPL251219C00190000", "5", 100).verdict == Verdict::kPass);
    CHECK(judged("O:AAPL251219C00190000", "4.999999", 100).verdict == Verdict::kPremium);
    CHECK(decimal_text(judged("O:AAPL251219C00190000", "499.9999", 1).premium) == "49999.99");
    CHECK(judged("O:AAPL251219C00190000", "499.9999", 1).verdict == Verdict::kPremium);
}

TEST_CASE("prices that binary floating point gets wrong are judged exactly") {
    // price × contracts × 100 is exactly the threshold each time; in doubles several of them fall short or
    // overshoot.
    const struct {
        const char* price;
        std::int64_t contracts;
        const char* premium;
    } cases[] = {{"1.1", 300, "33000"},     {"0.29", 700, "20300"},  {"4.35", 180, "78300"},
                 {"1.15", 500, "57500"},    {"8.41", 113, "95033"},  {"2.675", 8, "2140"},
                 {"1.005", 1000, "100500"}, {"0.07", 10000, "70000"}};
    for (const auto& c : cases) {
        SmartMoneyRule rule;
        rule.min_premium = *parse_decimal(c.premium);
        CHECK(judged("O:AAPL251219C00190000", c.price, c.contracts, kTradeTime, rule).verdict ==
              Verdict::kPass);
        rule.min_premium = *make_decimal(rule.min_premium.digits * 100 + 1, rule.min_premium.scale + 2);
        CHECK(judged("O:AAPL251219C00190000", c.price, c.contracts, kTradeTime, rule).verdict ==
              Verdict::kPremium);
    }
}

TEST_CASE("days to expiry count from the New York date of the trade") {
    CHECK(judged("O:AAPL251219C00190000", "10", 100).dte == 14);
    CHECK(judged("O:AAPL251205C00190000", "10", 100).dte == 0);
    CHECK(judged("O:AAPL251204C00190000", "10", 100).verdict == Verdict::kExpired);
    CHECK(judged("O:AAPL260104C00190000", "10", 100).verdict == Verdict::kPass);    // 30 days
    CHECK(judged("O:AAPL260105C00190000", "10", 100).verdict == Verdict::kMaxDte);  // 31 days
    const std::int64_t late_evening = 1'764'910'799'999;                            // 23:59:59.999 on the 4th
    CHECK(judged("O:AAPL251205C00190000", "10", 100, late_evening).dte == 1);
    CHECK(judged("O:AAPL251205C00190000", "10", 100, late_evening + 1).dte == 0);
    SmartMoneyRule rule;
    rule.min_dte = 1;
    CHECK(judged("O:AAPL251205C00190000", "10", 100, kTradeTime, rule).verdict == Verdict::kMinDte);
}

TEST_CASE("only exact roots are watched") {
    for (const char* sym : {"O:GOOG251219C00190000", "O:AAPL1251219C00190000", "O:SDS1220204C00003000",
                            "O:COST251219P00900000"})
        CHECK(judged(sym, "100", 1000).verdict == Verdict::kUnderlying);
    CHECK(judged("O:GOOGL251219C00190000", "100", 1000).verdict == Verdict::kPass);
}

TEST_CASE("a premium beyond 18 digits is nothing") {
    CHECK_FALSE(premium_of(*parse_decimal("999999999999999999"), 2));
    CHECK_FALSE(premium_of(*parse_decimal("1"), INT64_MAX));
}
