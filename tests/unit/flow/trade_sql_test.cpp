#include "flow/trade_sql.hpp"

#include "catch.hpp"
#include "example_trade.hpp"

using namespace pulse;
using namespace pulse::flow;

TEST_CASE("array literals quote what stands in them") {
    CHECK(text_array({}) == "{}");
    CHECK(text_array({"AAPL", "TSLA"}) == R"({"AAPL","TSLA"})");
    CHECK(text_array({"a\"b", "c\\d", "e,f}", ""}) == R"({"a\"b","c\\d","e,f}",""})");
    CHECK(number_array(std::vector<std::int16_t>{}) == "{}");
    CHECK(number_array(std::vector<std::int16_t>{209, -1}) == "{209,-1}");
}

TEST_CASE("no value of a question stands in the text of its SQL") {
    TradeFilter filter;
    filter.tickers = {"ZQXJ"};
    filter.side = OptionSide::kPut;
    filter.min_premium = Decimal{7'654'321, 0};
    filter.max_dte = 2345;
    filter.expiry = day_from_civil(2031, 7, 19);
    filter.strike = Decimal{98'765, 1};
    filter.since_ms = 1'111'111'111'111;
    filter.until_ms = 1'999'999'999'999;
    Statement statement;
    const std::string sql =
        conditions_sql(statement, filter) + range_sql(statement, filter, Cursor::behind(example_trade()));
    for (const char* value : {"ZQXJ", "PUT", "7654321", "2345", "2031", "9876.5", "1111111111111",
                              "1999999999999", "AAPL", "8.5", "302", "209"}) {
        INFO(value);
        CHECK(sql.find(value) == std::string::npos);
    }
    CHECK(sql.find("$14") != std::string::npos);
    CHECK(sql.find("$15") == std::string::npos);
}

TEST_CASE("a question without conditions still hides what was taken back") {
    Statement statement;
    CHECK(conditions_sql(statement, {}) == " AND t.cancelled_at IS NULL");
    TradeFilter filter;
    filter.cancelled = true;
    CHECK(conditions_sql(statement, filter).empty());
    CHECK(range_sql(statement, filter, std::nullopt).empty());
}

TEST_CASE("of two ends only the nearer one is asked for") {
    const Cursor cursor = Cursor::behind(example_trade());
    TradeFilter filter;
    filter.until_ms = cursor.t_ms;
    Statement both;
    const std::string by_cursor = range_sql(both, filter, cursor);
    CHECK(by_cursor.find("trade_time <=") == std::string::npos);
    CHECK(by_cursor.find("t.occurrence) <") != std::string::npos);
    filter.until_ms = cursor.t_ms - 1;
    Statement earlier;
    const std::string by_time = range_sql(earlier, filter, cursor);
    CHECK(by_time.find("trade_time <=") != std::string::npos);
    CHECK(by_time.find("t.occurrence) <") == std::string::npos);
}
