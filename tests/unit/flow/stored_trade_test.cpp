#include "catch.hpp"
#include "example_trade.hpp"
#include "flow/parameters.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {
std::string json(const StoredTrade& trade, const TradeFields& fields = {}) {
    std::string out;
    append_json(out, trade, fields);
    return out;
}
}  // namespace

TEST_CASE("a trade as JSON, all fields in order") {
    CHECK(json(example_trade()) ==
          R"({"ticker":"AAPL","option_symbol":"O:AAPL251219C00190000","side":"CALL","strike":190,)"
          R"("expiry":"2025-12-19","premium":85000,"dte":14,"price":8.5,"size":100,"exchange":302,)"
          R"("conditions":[209],"timestamp":"2025-12-05T15:30:20.676Z","source":"live","occurrence":1})");
}

TEST_CASE("a trade that was taken back says when; decimals stay exact; lists may be empty") {
    StoredTrade trade = example_trade();
    trade.cancelled_ms = trade.t_ms + 1000;
    trade.strike = {25, 1};
    trade.premium = {4'999'999'999'999'999, 2};
    trade.conditions = {};
    CHECK(
        json(trade, TradeFields::parse("strike,premium,conditions,cancelled_at")) ==
        R"({"strike":2.5,"premium":49999999999999.99,"conditions":[],"cancelled_at":"2025-12-05T15:30:21.676Z"})");
    trade.conditions = {209, 233};
    CHECK(json(trade, TradeFields::parse("conditions")) == R"({"conditions":[209,233]})");
}

TEST_CASE("text from outside can't break the JSON") {
    StoredTrade trade = example_trade();
    trade.source = "a\"b\\c\n\xff";
    CHECK(json(trade, TradeFields::parse("source")) == R"({"source":"a\"b\\c\u000a\ufffd"})");
}

TEST_CASE("fields are chosen by name, in the order of the whole") {
    CHECK(json(example_trade(), TradeFields::parse("premium,ticker,premium")) ==
          R"({"ticker":"AAPL","premium":85000})");
    CHECK(json(example_trade(), TradeFields::parse("cancelled_at")) == "{}");
    for (const char* bad : {"", "nothing", "ticker,", "Ticker", "ticker, side"}) {
        INFO(bad);
        CHECK_THROWS_AS(TradeFields::parse(bad), ParameterError);
    }
}
