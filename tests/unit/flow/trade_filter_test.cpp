#include "flow/trade_filter.hpp"

#include "catch.hpp"
#include "example_trade.hpp"
#include "flow/parameters.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {
TradeFilter with(std::string_view name, std::string_view value) {
    TradeFilter filter;
    const bool known = filter.set(name, value);
    REQUIRE(known);
    return filter;
}
}  // namespace

TEST_CASE("tickers come in any case and any order, once each") {
    CHECK(with("ticker", "tsla,AAPL,Tsla").tickers == std::vector<std::string>{"AAPL", "TSLA"});
    CHECK(with("ticker", "aapl1").tickers == std::vector<std::string>{"AAPL1"});
    for (const char* bad :
         {"", "BRK.B", "1AAPL", "TOOLONG", "AAPL,", "A B", "AAPL;", "Ä", "'", "AAPL' OR 1=1"}) {
        INFO(bad);
        CHECK_THROWS_AS(with("ticker", bad), ParameterError);
    }
}

TEST_CASE("a question takes fifty tickers") {
    std::string list;
    for (int i = 0; i < 50; ++i) list += (i > 0 ? ",A" : "A") + std::to_string(i);
    CHECK(with("ticker", list).tickers.size() == 50);
    CHECK_THROWS_AS(with("ticker", list + ",B"), ParameterError);
    CHECK(with("ticker", list + ",A1").tickers.size() == 50);
}

TEST_CASE("the other conditions") {
    CHECK(with("side", "put").side == OptionSide::kPut);
    CHECK(with("min_premium", "50000.5").min_premium == Decimal{500'005, 1});
    CHECK(with("min_premium", "1e6").min_premium == Decimal{1'000'000, 0});
    CHECK(with("max_dte", "0").max_dte == 0);
    CHECK(with("expiry", "2025-12-19").expiry == day_from_civil(2025, 12, 19));
    CHECK(with("strike", "2.50").strike == Decimal{25, 1});
    CHECK(with("since", "2025-12-05T15:30:20Z").since_ms == 1'764'948'620'000);
    CHECK(with("until", "2025-12-05").until_ms == 1'764'997'199'999);
    CHECK(with("cancelled", "include").cancelled);
    CHECK_FALSE(with("cancelled", "exclude").cancelled);
    TradeFilter filter;
    CHECK_FALSE(filter.set("limit", "10"));
    CHECK_FALSE(filter.set("Ticker", "AAPL"));
}

TEST_CASE("values that can't be meant are refused, naming the parameter") {
    const std::pair<const char*, const char*> bad[] = {
        {"side", "BUY"},
        {"side", ""},
        {"min_premium", "-1"},
        {"min_premium", "NaN"},
        {"min_premium", ""},
        {"min_premium", "1e99"},
        {"min_premium", "1e-99"},
        {"min_premium", "50,000"},
        {"min_premium", "0x10"},
        {"strike", "-0.5"},
        {"strike", "$190"},
        {"strike", "1e999999999999"},
        {"max_dte", "-1"},
        {"max_dte", "3651"},
        {"max_dte", "1.5"},
        {"expiry", "2025-02-29"},
        {"expiry", "19.12.2025"},
        {"expiry", "0000-01-01"},
        {"cancelled", "yes"},
        {"since", "now"},
        {"strike", "0.00000000000000000000000000000000000000000001"}};
    for (const auto& [name, value] : bad) {
        INFO(name << "=" << value);
        try {
            with(name, value);
            FAIL_CHECK("accepted");
        } catch (const ParameterError& error) {
            CHECK(error.parameter() == name);
        }
    }
}

TEST_CASE("since after until is a contradiction, the same instant is not") {
    TradeFilter filter;
    filter.since_ms = filter.until_ms = 5;
    CHECK_NOTHROW(filter.check());
    filter.since_ms = 6;
    CHECK_THROWS_AS(filter.check(), ParameterError);
}

TEST_CASE("the canonical text tells questions apart, but not by their time range") {
    CHECK(with("ticker", "tsla,aapl").canonical() == with("ticker", "AAPL,TSLA").canonical());
    CHECK(with("strike", "190.00").canonical() == with("strike", "190").canonical());
    CHECK(with("min_premium", "0").canonical() == TradeFilter().canonical());
    CHECK(with("since", "2025-12-05").canonical() == TradeFilter().canonical());
    const TradeFilter all[] = {TradeFilter(),          with("ticker", "AAPL"),
                               with("ticker", "TSLA"), with("side", "CALL"),
                               with("side", "PUT"),    with("min_premium", "1"),
                               with("max_dte", "1"),   with("expiry", "2025-12-19"),
                               with("strike", "1"),    with("cancelled", "include")};
    for (const TradeFilter& a : all)
        for (const TradeFilter& b : all) CHECK((a.canonical() == b.canonical()) == (&a == &b));
}

TEST_CASE("a trade meets each condition at its edge and not beyond") {
    const StoredTrade trade = example_trade();
    const std::pair<const char*, const char*> yes[] = {{"ticker", "AAPL,TSLA"},
                                                       {"side", "CALL"},
                                                       {"min_premium", "85000"},
                                                       {"max_dte", "14"},
                                                       {"expiry", "2025-12-19"},
                                                       {"strike", "190.0"},
                                                       {"since", "2025-12-05T15:30:20.676Z"},
                                                       {"until", "2025-12-05T15:30:20.676Z"},
                                                       {"since", "2025-12-05"},
                                                       {"until", "2025-12-05"}};
    for (const auto& [name, value] : yes) CHECK(with(name, value).matches(trade));
    const std::pair<const char*, const char*> no[] = {{"ticker", "AAP,AAPL1"},
                                                      {"side", "PUT"},
                                                      {"min_premium", "85000.01"},
                                                      {"max_dte", "13"},
                                                      {"expiry", "2025-12-26"},
                                                      {"strike", "190.001"},
                                                      {"since", "2025-12-05T15:30:20.677Z"},
                                                      {"until", "2025-12-05T15:30:20.675Z"},
                                                      {"since", "2025-12-06"},
                                                      {"until", "2025-12-04"}};
    for (const auto& [name, value] : no) CHECK_FALSE(with(name, value).matches(trade));
}

TEST_CASE("trades that were taken back count only when asked for") {
    StoredTrade trade = example_trade();
    trade.cancelled_ms = trade.t_ms;
    CHECK_FALSE(TradeFilter().matches(trade));
    CHECK(with("cancelled", "include").matches(trade));
}
