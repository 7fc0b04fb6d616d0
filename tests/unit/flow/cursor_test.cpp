#include "catch.hpp"
#include "example_trade.hpp"
#include "flow/parameters.hpp"
#include "flow/trades.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {
bool same(const Cursor& a, const Cursor& b) {
    return a.t_ms == b.t_ms && a.option_symbol == b.option_symbol && a.exchange == b.exchange &&
           a.price == b.price && a.size == b.size && a.conditions == b.conditions &&
           a.occurrence == b.occurrence;
}

bool refused(const std::string& text, const TradeFilter& filter) {
    try {
        Cursor::parse(text, filter);
    } catch (const ParameterError& error) {
        return error.parameter() == "cursor" && error.code() == "bad_cursor";
    }
    return false;
}
}  // namespace

TEST_CASE("a cursor survives the way through a URL") {
    TradeFilter filter;
    filter.tickers = {"AAPL"};
    StoredTrade trade = example_trade();
    for (const std::vector<std::int16_t>& conditions : {std::vector<std::int16_t>{}, {209}, {209, -1, 0}}) {
        trade.conditions = conditions;
        const Cursor cursor = Cursor::behind(trade);
        const std::string text = cursor.text(filter);
        CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") ==
              std::string::npos);
        CHECK(same(Cursor::parse(text, filter), cursor));
    }
}

TEST_CASE("a cursor belongs to its question, whatever the time range") {
    TradeFilter filter;
    const std::string text = Cursor::behind(example_trade()).text(filter);
    filter.since_ms = 5;
    CHECK_FALSE(refused(text, filter));
    filter.side = OptionSide::kPut;
    CHECK(refused(text, filter));
}

TEST_CASE("a mangled cursor is refused, whichever character is wrong") {
    const TradeFilter filter;
    const std::string text = Cursor::behind(example_trade()).text(filter);
    for (std::size_t i = 0; i < text.size(); ++i) {
        INFO(i);
        std::string other = text;
        other[i] = other[i] == '1' ? '2' : '1';
        CHECK(refused(other, filter));
        CHECK(refused(text.substr(0, i), filter));
        CHECK(refused(text.substr(0, i) + "0" + text.substr(i), filter));
    }
    CHECK(refused(text + "x", filter));
    CHECK(refused(text + "_", filter));
}

TEST_CASE("a made-up cursor is refused") {
    const TradeFilter filter;
    for (const std::string& text :
         {std::string(), std::string("1"), std::string("_________"), std::string("abc"),
          std::string(10'000, '9'), std::string(10'000, '_'),
          std::string("'; DROP TABLE smart_money_trades; --"), std::string(10, '\0'),
          std::string("1_99999999999999999999999_AAPL251219C00190000_302_85_1_100_209_1_0000000000000000"),
          std::string("1_1764948620676_AAPL251219C00190000_99999_85_1_100_209_1_0000000000000000")})
        CHECK(refused(text, filter));
}

TEST_CASE("a value that no row can have is refused even with the right checksum") {
    const TradeFilter filter;
    Cursor cursor = Cursor::behind(example_trade());
    CHECK_FALSE(refused(cursor.text(filter), filter));
    cursor.exchange = 40'000;
    CHECK(refused(cursor.text(filter), filter));
    cursor = Cursor::behind(example_trade());
    cursor.occurrence = 32'768;
    CHECK(refused(cursor.text(filter), filter));
    cursor = Cursor::behind(example_trade());
    cursor.t_ms = 253'402'214'400'001;
    CHECK(refused(cursor.text(filter), filter));
    cursor = Cursor::behind(example_trade());
    cursor.option_symbol = "O:AAPL251399C00190000";
    CHECK(refused(cursor.text(filter), filter));
    cursor = Cursor::behind(example_trade());
    cursor.conditions.assign(2000, 209);
    CHECK(refused(cursor.text(filter), filter));
}
