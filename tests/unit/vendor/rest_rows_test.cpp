#include "vendor/rest_rows.hpp"

#include <string>

#include "catch.hpp"
#include "market/new_york.hpp"
#include "vendor/rest_page.hpp"
#include "vendor/usual_rest_trade.hpp"
#include "wire/record.hpp"

using namespace pulse;

namespace {

/// A row with what RestPage leaves behind it.
struct Row {
    explicit Row(std::string_view text) : size(text.size()), padded(text) {
        padded.append(RestPage::kPadding, '7');
    }
    [[nodiscard]] std::string_view view() const { return {padded.data(), size}; }
    std::size_t size;
    std::string padded;
};

const std::string kUsual =
    R"({"conditions":[209],"exchange":302,"participant_timestamp":1764948620675000000,"price":8.50,"sip_timestamp":1764948620676123456,"size":100})";

// The record, or the reason; by the fast path and by the full parser, which must agree.
std::string read_trade(std::string_view text, bool expect_fast = false) {
    const Row row(text);
    RestRowReader reader;
    std::string out;
    std::string fully;
    RestTrade trade;
    if (const auto reason = reader.read(row.view(), trade); reason.empty()) {
        append_history_trade(out, "O:X", trade, "rest");
        CHECK(parse_decimal(trade.price_text) == trade.price);
    } else {
        out = reason;
    }
    if (const auto reason = reader.read_fully(row.view(), trade); reason.empty()) {
        append_history_trade(fully, "O:X", trade, "rest");
    } else {
        fully = reason;
    }
    CHECK(out == fully);
    CHECK(read_usual_rest_trade(row.view(), trade) == expect_fast);
    return out;
}

std::string with(std::string_view members) {
    return std::string(R"({"sip_timestamp":1764948620676000000,)") + std::string(members) + "}";
}

}  // namespace

TEST_CASE("a row of trades becomes the record of history, the price as sent") {
    CHECK(
        read_trade(kUsual, true) ==
        R"({"ev":"T","sym":"O:X","x":302,"p":8.50,"s":100,"c":[209],"t":1764948620676,"ns":1764948620676123456,"src":"rest")");
}

TEST_CASE("the record is a trade to the other tools") {
    const Row row(kUsual);
    RestRowReader reader;
    RestTrade trade;
    REQUIRE(reader.read(row.view(), trade).empty());
    std::string line;
    append_history_trade(line, "O:AAPL251219C00190000", trade, "rest");
    RecordParser parser;
    REQUIRE(parser.parse(line + "}") == RecordKind::kTrade);
    CHECK(parser.trade().t_ms == 1'764'948'620'676);
    CHECK(parser.trade().price == Decimal{85, 1});
    CHECK(parser.trade().conditions == std::vector<std::int16_t>{209});
    CHECK(parser.trade().key_error.empty());
}

TEST_CASE("keys of a trade come in any order, and unneeded ones are ignored") {
    CHECK(
        read_trade(R"({"size":3,"price":1,"sip_timestamp":1764948620676000009})", true) ==
        R"({"ev":"T","sym":"O:X","x":0,"p":1,"s":3,"c":[],"t":1764948620676,"ns":1764948620676000009,"src":"rest")");
    CHECK(
        read_trade(
            R"({"id":"","sequence_number":0,"decimal_size":"3.0","size":3,"correction":1,"price":0.05,"sip_timestamp":1764948620676999999,"exchange":1,"conditions":[]})",
            true) ==
        R"({"ev":"T","sym":"O:X","x":1,"p":0.05,"s":3,"c":[],"t":1764948620676,"ns":1764948620676999999,"src":"rest")");
    CHECK(read_trade(R"({"ticker":"O:A","tape":3,"new":{"size":9},"size":3,"price":1,"sip_timestamp":0})") ==
          R"({"ev":"T","sym":"O:X","x":0,"p":1,"s":3,"c":[],"t":0,"ns":0,"src":"rest")");
    CHECK(read_trade(R"({"size":3,"price":1,"sip_timestamp":1000000})") ==
          R"({"ev":"T","sym":"O:X","x":0,"p":1,"s":3,"c":[],"t":1,"ns":1000000,"src":"rest")");
    CHECK(read_trade(R"({"size":3,"price":1,"sip_timestamp":999999})") ==
          R"({"ev":"T","sym":"O:X","x":0,"p":1,"s":3,"c":[],"t":0,"ns":999999,"src":"rest")");
}

TEST_CASE("what is JSON and can't be read is a bad row, what is no JSON is damage") {
    const auto unreadable = "holds a number that is too large, or nests too deep";
    for (const std::string_view members :
         {R"("size":3,"price":1,"participant_timestamp":12345678901234567890123)",
          R"("size":3,"price":1,"id":[-0.5,0,1E+7,{"\"1.5.5":-12345678901234567890123}])",
          R"("size":3,"price":1,"id":1e999)"})
        CHECK(read_trade(with(members)) == unreadable);
    std::string deep = R"("size":3,"price":1,"id":)";
    deep += std::string(2000, '[') + std::string(2000, ']');
    CHECK(read_trade(with(deep)) == unreadable);
    constexpr auto kLarge = R"("large":12345678901234567890123,"x":)";
    for (const std::string_view value :
         {"1.5.5", "1e5e5", "01", "-", "1.", ".5", "1e", "1e+", "1-2", "1 2", "+1", "1x", "\"", "nul"})
        CHECK(read_trade(with(kLarge + std::string(value))) == RestRowReader::kDamaged);
}

TEST_CASE("white space and escapes take the full parser and change nothing") {
    CHECK(read_trade("{ \"size\" : 3 ,\n\"pri\\u0063e\" : 1.5 , \"sip_timestamp\" : 7 , \"conditions\" : [ "
                     "209 , -1 ] }") ==
          R"({"ev":"T","sym":"O:X","x":0,"p":1.5,"s":3,"c":[209,-1],"t":0,"ns":7,"src":"rest")");
}

TEST_CASE("the first of a key that comes twice counts") {
    CHECK_THAT(read_trade(with(R"("size":3,"size":4,"price":1)")), ContainsSubstring(R"("p":1,"s":3)"));
    CHECK_THAT(read_trade(with(R"("size":3,"price":1,"price":2)")), ContainsSubstring(R"("p":1,"s":3)"));
    CHECK_THAT(read_trade(with(R"("size":3,"price":1,"conditions":[1],"conditions":[2])")),
               ContainsSubstring(R"("c":[1])"));
}

TEST_CASE("time stamps stay exact and within their range") {
    CHECK_THAT(read_trade(R"({"sip_timestamp":9223372036854775807,"price":1,"size":1})", true),
               ContainsSubstring(R"("t":9223372036854,"ns":9223372036854775807)"));
    CHECK_THAT(read_trade(R"({"sip_timestamp":1764948620676000001,"price":1,"size":1})", true),
               ContainsSubstring(R"("ns":1764948620676000001)"));
    CHECK(read_trade(R"({"sip_timestamp":9223372036854775808,"price":1,"size":1})") ==
          "sip_timestamp is out of range");
    CHECK(read_trade(R"({"sip_timestamp":-1,"price":1,"size":1})") == "sip_timestamp is out of range");
    CHECK(read_trade(R"({"sip_timestamp":1.764e18,"price":1,"size":1})") == "sip_timestamp is out of range");
    CHECK(read_trade(R"({"sip_timestamp":"1","price":1,"size":1})") == "sip_timestamp is not a number");
    CHECK(read_trade(R"({"price":1,"size":1})") == "lacks sip_timestamp");
}

TEST_CASE("sizes are whole numbers however they are spelled") {
    for (const std::string_view size : {"3", "3.0"})
        CHECK_THAT(read_trade(with(R"("price":1,"size":)" + std::string(size)), true),
                   ContainsSubstring(R"("s":3,)"));
    for (const std::string_view size : {"3.00", "3e0", "0.3e1"})
        CHECK_THAT(read_trade(with(R"("price":1,"size":)" + std::string(size))),
                   ContainsSubstring(R"("s":3,)"));
    CHECK_THAT(read_trade(with(R"("price":1,"size":99999999)"), true), ContainsSubstring("99999999"));
    CHECK_THAT(read_trade(with(R"("price":1,"size":2147483647)")), ContainsSubstring("2147483647"));
    CHECK(read_trade(with(R"("price":1,"size":2147483648)")) == "size is negative or out of range");
    CHECK(read_trade(with(R"("price":1,"size":-1)")) == "size is negative or out of range");
    CHECK(read_trade(with(R"("price":1,"size":0.5)")) == "size is not a whole number");
    CHECK(read_trade(with(R"("price":1,"size":null)")) == "size is not a number");
    CHECK(read_trade(with(R"("price":1)")) == "lacks size");
}

TEST_CASE("prices are exact decimals of up to 18 digits") {
    CHECK_THAT(read_trade(with(R"("size":1,"price":12345678.87654321)"), true),
               ContainsSubstring("12345678.87654321"));
    CHECK_THAT(read_trade(with(R"("size":1,"price":123456789.123456789)")),
               ContainsSubstring("123456789.123456789"));
    CHECK_THAT(read_trade(with(R"("size":1,"price":1.25e1)")), ContainsSubstring(R"("p":1.25e1)"));
    CHECK(read_trade(with(R"("size":1,"price":1234567890.1234567891)")) == "price needs more than 18 digits");
    CHECK(read_trade(with(R"("size":1,"price":-0.01)")) == "price is negative");
    CHECK(read_trade(with(R"("size":1,"price":"1")")) == "price is not a number");
    CHECK(read_trade(with(R"("size":1,"price":null)")) == "price is not a number");
    CHECK(read_trade(with(R"("size":1)")) == "lacks price");
}

TEST_CASE("conditions and exchange may be missing or null and must fit their type") {
    CHECK_THAT(read_trade(with(R"("size":1,"price":1,"conditions":null,"exchange":null)")),
               ContainsSubstring(R"("x":0,"p":1,"s":1,"c":[])"));
    CHECK_THAT(read_trade(with(R"("size":1,"price":1,"exchange":32767,"conditions":[1,32767])"), true),
               ContainsSubstring(R"("x":32767,"p":1,"s":1,"c":[1,32767])"));
    CHECK_THAT(read_trade(with(R"("size":1,"price":1,"conditions":[-32768])")),
               ContainsSubstring("[-32768]"));
    const auto bad = "conditions is no list of condition ids (-32768 to 32767)";
    for (const std::string_view ids :
         {"[32768]", "[99999]", "[1.5]", "[\"1\"]", "[null]", "7", "{}", "\"a\""})
        CHECK(read_trade(with(R"("size":1,"price":1,"conditions":)" + std::string(ids))) == bad);
    for (const std::string_view id : {"32768", "-1", "99999"})
        CHECK(read_trade(with(R"("size":1,"price":1,"exchange":)" + std::string(id))) ==
              "exchange is no exchange id (0 to 32767)");
}

TEST_CASE("what only looks like the usual spelling is no JSON") {
    for (const std::string_view text :
         {R"({"size":01,"price":1,"sip_timestamp":1764948620676000000})",
          R"({"size":1,"price":1.,"sip_timestamp":1764948620676000000})",
          R"({"size":1,"price":.5,"sip_timestamp":1764948620676000000})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000,})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000,"conditions":[1,]})",
          R"({"size":1,"price":1,"sip_timestamp":})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000}})",
          R"({"size":1 "price":1,"sip_timestamp":1764948620676000000})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000,"id":"a})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000,"correction":-})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000,"correction":01})",
          R"({"size":1,"price":00.5,"sip_timestamp":1764948620676000000})",
          R"({"size":1,"price":1,"sip_timestamp":1764948620676000000,"conditions":[01]})", "{", "{}x", "[]",
          ""})
        CHECK(read_trade(text) == RestRowReader::kDamaged);
}

TEST_CASE("contracts need a symbol that can be read") {
    RestRowReader reader;
    RestContract contract;
    const Row good(
        R"({"cfi":"OCASPS","contract_type":"call","expiration_date":"2025-12-19","strike_price":190,"ticker":"O:AAPL1251219C00190000","underlying_ticker":"AAPL"})");
    CHECK(reader.read(good.view(), contract).empty());
    CHECK(contract.ticker == "O:AAPL1251219C00190000");
    CHECK(contract.underlying == "AAPL");
    CHECK(contract.symbol.root() == "AAPL1");
    CHECK(contract.symbol.expiry == day_from_civil(2025, 12, 19));
    CHECK(reader.read(Row(R"({"ticker":"O:AAPL251219C00190000"})").view(), contract).empty());
    CHECK(contract.underlying.empty());
    CHECK(reader.read(Row(R"({"underlying_ticker":"AAPL"})").view(), contract) == "lacks a ticker");
    CHECK(contract.ticker.empty());
    CHECK_FALSE(reader.read(Row(R"({"ticker":"AAPL"})").view(), contract).empty());
    CHECK(contract.ticker == "AAPL");
    CHECK(reader.read(Row(R"({"ticker":)").view(), contract) == RestRowReader::kDamaged);
}

TEST_CASE("bars keep the vendor's numbers") {
    RestRowReader reader;
    RestBar bar;
    const Row row(R"({"v":4.5e7,"vw":1.1,"o":150.10,"c":151,"h":152.0,"l":149.5,"t":1764910800000,"n":5})");
    CHECK(reader.read(row.view(), bar).empty());
    CHECK(bar.t_ms == 1'764'910'800'000);
    CHECK(bar.open == "150.10");
    CHECK(bar.high == "152.0");
    CHECK(bar.low == "149.5");
    CHECK(bar.close == "151");
    CHECK(bar.volume == "4.5e7");
    CHECK(reader.read(Row(R"({"v":1,"o":1,"c":1,"h":1,"l":1})").view(), bar) == "lacks t");
    CHECK(reader.read(Row(R"({"v":1,"o":1,"c":1,"h":1,"t":1})").view(), bar) ==
          "o, h, l, c or v is missing or no number that can be used");
    CHECK_FALSE(reader.read(Row(R"({"v":1,"o":"1","c":1,"h":1,"l":1,"t":1})").view(), bar).empty());
    CHECK_FALSE(reader.read(Row(R"({"v":1,"o":-1,"c":1,"h":1,"l":1,"t":1})").view(), bar).empty());
}

TEST_CASE("holidays come as a bare array; what isn't known is skipped") {
    const auto holidays = RestRowReader::read_holidays(R"([
        {"exchange":"NYSE","name":"Thanksgiving","date":"2026-11-26","status":"closed"},
        {"exchange":"NASDAQ","name":"Thanksgiving","date":"2026-11-27","status":"early-close","open":"2026-11-27T14:30:00.000Z","close":"2026-11-27T18:00:00.000Z"},
        {"exchange":"OTC","date":"2026-11-27","status":"early-close","close":"2026-11-27T13:00:00-05:00"},
        {"exchange":"X","date":"2026-11-27","status":"early-close","close":"soon"},
        {"exchange":"X","date":"2026-13-27","status":"closed"}, {"date":"2026-11-26","status":"open"}, 5])");
    REQUIRE(holidays);
    REQUIRE(holidays->size() == 4);
    CHECK(holidays->at(0).closed);
    CHECK(holidays->at(0).date == day_from_civil(2026, 11, 26));
    CHECK(holidays->at(0).exchange == "NYSE");
    CHECK_FALSE(holidays->at(1).closed);
    CHECK(holidays->at(1).close_ms == new_york_ms(day_from_civil(2026, 11, 27), 13 * 60));
    CHECK(holidays->at(2).close_ms == holidays->at(1).close_ms);
    CHECK(holidays->at(3).close_ms == 0);
}

TEST_CASE("a body of holidays that is no array is broken, an empty one isn't") {
    CHECK(RestRowReader::read_holidays("[]"));
    CHECK_FALSE(RestRowReader::read_holidays(R"({"status":"ERROR"})"));
    CHECK_FALSE(RestRowReader::read_holidays(R"([{"date":)"));
    CHECK_FALSE(RestRowReader::read_holidays(""));
}
