#include "store/trade_row.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "rows.hpp"
#include "store/direct_gate.hpp"

using namespace pulse;
using namespace pulse::store;
using namespace pulse::store::test;

namespace {

/// `row:occurrence` of each placed row.
std::string placed(const std::vector<TradeRow>& rows) {
    std::string text;
    for (const Placed& p : place_rows(rows))
        text += (text.empty() ? "" : " ") + std::to_string(p.row) + ":" + std::to_string(p.occurrence);
    return text;
}

TradeRecord record() {
    TradeRecord trade;
    trade.sym = "O:AAPL251219C00190000";
    parse_occ_symbol(trade.sym, trade.symbol);
    trade.price = {85, 1};
    trade.size = 100;
    trade.t_ms = 1764948620676;
    return trade;
}

}  // namespace

TEST_CASE("sequences of a group take occurrences in ascending order, repeated ones none") {
    CHECK(placed({numbered(1, 30), numbered(1, 10), numbered(2, 5), numbered(1, 30), numbered(1, 20)}) ==
          "0:3 1:1 2:1 4:2");
}

TEST_CASE("ordinals beyond the sequences follow them, each from its best source") {
    CHECK(placed({numbered(1, 7), counted(1, 1, "rest"), counted(1, 2, "flat"), counted(1, 2, "rest")}) ==
          "0:1 3:2");
    CHECK(placed({counted(1, 2, "rest"), counted(1, 3, "rest")}) == "0:2 1:3");
}

TEST_CASE("every part of the identity separates groups") {
    std::vector<TradeRow> rows(8, numbered(1, 1));
    rows[1].t_ms = 2;
    rows[2].exchange = 303;
    rows[3].price = {86, 1};
    rows[4].size = 101;
    rows[5].conditions = {209, 219};
    rows[6].symbol.strike_milli += 500;
    rows[7].symbol.side = OptionSide::kPut;
    CHECK(place_rows(rows).size() == rows.size());
    rows.push_back(rows[5]);
    CHECK(place_rows(rows).size() == 8);
}

TEST_CASE("a record becomes a row with its premium and New York days to expiry") {
    NewYorkClock clock;
    TradeRow row;
    TradeRecord trade = record();
    trade.sequence = 42;
    REQUIRE(make_trade_row(trade, clock, row).empty());
    CHECK(decimal_text(row.premium) == "85000");
    CHECK(row.dte == 14);
    CHECK(row.source == "live");
    CHECK(row.sequence == 42);
    trade.t_ms = 1764910799999;  // 2025-12-04T23:59:59.999 in New York
    REQUIRE(make_trade_row(trade, clock, row).empty());
    CHECK(row.dte == 15);
}

TEST_CASE("history's numbers are not the stream's") {
    NewYorkClock clock;
    TradeRow row;
    TradeRecord trade = record();
    trade.sequence = 42;
    trade.source = "rest";
    REQUIRE(make_trade_row(trade, clock, row).empty());
    CHECK_FALSE(row.sequence.has_value());
    CHECK(row.source == "rest");
}

TEST_CASE("a trade that no row can hold is refused with the reason") {
    NewYorkClock clock;
    TradeRow row;
    TradeRecord trade = record();
    trade.price = {999'999'999'999'999'999, 18};
    trade.size = 7;
    CHECK_THAT(std::string(make_trade_row(trade, clock, row)), ContainsSubstring("premium"));
    trade = record();
    trade.t_ms = kMaxUnixMs;
    CHECK_THAT(std::string(make_trade_row(trade, clock, row)), ContainsSubstring("days to expiry"));
    trade = record();
    trade.key_error = "x is odd";
    CHECK(make_trade_row(trade, clock, row) == "x is odd");
}

TEST_CASE("a symbol is written as it was read") {
    for (const std::string text : {"O:AAPL251219C00190000", "O:SDS1220204C00003000", "O:F000101P99999999"}) {
        OccSymbol symbol;
        REQUIRE(parse_occ_symbol(text, symbol) == SymbolError::kNone);
        std::string out;
        append_symbol(out, symbol);
        CHECK(out == text);
    }
}

TEST_CASE("after a conflict direct copying is tried again after 1, 2, 4 … 64 batches") {
    DirectGate gate;
    int expected = 1;
    for (int round = 0; round < 9; ++round) {
        CHECK(gate.open());
        gate.on_conflict();
        int merged = 0;
        for (gate.on_merged(false); !gate.open(); gate.on_merged(false)) ++merged;
        CHECK(merged + 1 == expected);
        expected = std::min(64, expected * 2);
    }
    gate.on_copied();
    gate.on_conflict();
    gate.on_merged(false);
    CHECK(gate.open());
    gate.on_conflict();
    gate.on_conflict();
    CHECK_FALSE(gate.open());
    gate.on_merged(true);
    CHECK(gate.open());
}
