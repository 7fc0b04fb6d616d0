#include "wire/tape_line.hpp"

#include "catch.hpp"
#include "padded.hpp"
#include "wire/record.hpp"

using namespace pulse;

namespace {

constexpr const char* kLive =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.50,"s":100,"c":[209,219],"t":1764948620676,"q":651921857})";
constexpr const char* kHistory =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[],"t":1764948620676,"ns":1764948620676123456,"src":"rest"})";
constexpr const char* kDerived =
    R"(,"ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"premium":85000,"dte":14})";

std::string with_derived(std::string text) {
    text.pop_back();
    return text + kDerived;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
}

/// True when the fast path takes the line; then it must have read what the full parser reads.
bool takes(std::string_view text) {
    TapeLineReader reader;
    TapePrint print;
    const Padded line(text);
    if (!reader.read(line.view(), print)) return false;
    RecordParser parser;
    REQUIRE(parser.parse(text) == RecordKind::kTrade);
    const TradeRecord& trade = parser.trade();
    CHECK(print.sym == trade.sym);
    CHECK(print.t_ms == trade.t_ms);
    CHECK(print.price == trade.price);
    CHECK(print.size == trade.size);
    CHECK(print.exchange == trade.exchange);
    CHECK(std::vector<std::int16_t>(print.conditions.begin(), print.conditions.end()) == trade.conditions);
    CHECK(print.sequence == trade.sequence);
    CHECK(print.history == !trade.source.empty());
    CHECK(print.flat == (trade.source == "flat"));
    CHECK(trade.key_error.empty());
    return true;
}

}  // namespace

TEST_CASE("every line our tools write takes the fast path and says what a full parse says") {
    for (const std::string line : {kLive, kHistory}) {
        CHECK(takes(line));
        CHECK(takes(with_derived(line)));
    }
    const std::string full = with_derived(kLive);
    CHECK(takes(replaced(kHistory, "rest", "flat")));
    CHECK(takes(replaced(kLive, R"("c":[209,219],)", "")));
    for (const char* price : {"0", "0.0", "8", "1234567", "0.0001", "123.7891", "10.00"})
        CHECK(takes(replaced(full, "8.50", price)));
    for (const char* conditions : {"", "0", "9999", "1,2,3"})
        CHECK(takes(replaced(full, "209,219", conditions)));
    for (const char* q : {"0", "12345678", "123456789", "9999999999999"})
        CHECK(takes(replaced(full, "651921857", q)));
    for (const char* strike : {"2.5", "0.125", "0"})
        CHECK(takes(replaced(full, "190,", std::string(strike) + ",")));
    CHECK(takes(replaced(full, "85000", "0.0001")));
    CHECK(takes(replaced(replaced(full, "C0019", "P0019"), "CALL", "PUT")));
    for (const char* root : {"A", "BRK1", "SPXW", "ABCDEF"})
        CHECK(takes(replaced(replaced(full, "O:AAPL", std::string("O:") + root), "\"AAPL\"",
                             '"' + std::string(root) + '"')));
}

TEST_CASE("what isn't spelled so is left to the full parser") {
    const std::string full = with_derived(kLive);
    for (const auto& [from, to] :
         std::initializer_list<std::pair<const char*, const char*>>{{"8.50", "8.5e1"},
                                                                    {"8.50", "08.5"},
                                                                    {"8.50", ".5"},
                                                                    {"8.50", "8."},
                                                                    {"8.50", "-8.5"},
                                                                    {"209,219", "209,"},
                                                                    {"209,219", ",209"},
                                                                    {"209,219", "-1"},
                                                                    {"209,219", "20999"},
                                                                    {"[209,219]", "209"},
                                                                    {"251219", "251319"},
                                                                    {"251219", "250229"},
                                                                    {"O:AAPL", "O:AA:L"},
                                                                    {"O:AAPL", "O:AA@L"},
                                                                    {"\"AAPL\"", "\"AAPM\""},
                                                                    {"\"AAPL\"", "\"AAP\""},
                                                                    {"2025-12-19", "2025-12-1x"},
                                                                    {"2025-12-19", "2025112-19"},
                                                                    {"CALL", "CALM"},
                                                                    {"CALL", "PUT "},
                                                                    {"190,", "0190,"},
                                                                    {"190,", "190.,"},
                                                                    {"190,", ","},
                                                                    {"190,", "-190,"},
                                                                    {"85000", "85000."},
                                                                    {"85000", ""},
                                                                    {"85000", "1e5"},
                                                                    {"\"dte\":14", "\"dte\":-1"},
                                                                    {"\"dte\":14", "\"dte\":014"},
                                                                    {"14}", "14"},
                                                                    {"14}", "14}}"},
                                                                    {"14}", "14]"},
                                                                    {"14}", "14 }"},
                                                                    {"651921857", "0651921857"},
                                                                    {"651921857", "12345678901234"},
                                                                    {"1764948620676", "176494862067"},
                                                                    {"\"x\":302", "\"x\":30200"},
                                                                    {"\"s\":100", "\"s\":100.0"},
                                                                    {"\"s\":100", "\"s\":0100"},
                                                                    {"{\"ev\"", " {\"ev\""}})
        CHECK_FALSE(takes(replaced(full, from, to)));
    for (const auto& [from, to] :
         std::initializer_list<std::pair<const char*, const char*>>{{"rest", "RESt"},
                                                                    {"rest", "resty"},
                                                                    {"123456,", "1234567,"},
                                                                    {"\"ns\":1", "\"ns\":01"},
                                                                    {"rest\"}", "rest\",\"q\":1}"}})
        CHECK_FALSE(takes(replaced(kHistory, from, to)));
}

TEST_CASE("a line cut short is never completed by what lies behind it") {
    for (const std::string& line : {with_derived(kLive), with_derived(kHistory)}) {
        const std::string twice = line + line;
        TapeLineReader reader;
        TapePrint print;
        const Padded padded(twice);
        for (std::size_t size = 1; size < line.size(); ++size)
            CHECK_FALSE(reader.read(padded.view().substr(0, size), print));
        CHECK(reader.read(padded.view().substr(0, line.size()), print));
        CHECK_FALSE(reader.read(padded.view().substr(0, line.size() + 1), print));
    }
}
