#include "market/occ_symbol.hpp"

#include "catch.hpp"
#include "market/decimal.hpp"

using namespace pulse;

namespace {
OccSymbol parsed(std::string_view text) {
    OccSymbol symbol;
    REQUIRE(parse_occ_symbol(text, symbol) == SymbolError::kNone);
    return symbol;
}
SymbolError error_of(std::string_view text) {
    OccSymbol symbol;
    return parse_occ_symbol(text, symbol);
}
}  // namespace

TEST_CASE("a symbol is read into root, expiry, side and strike") {
    const OccSymbol symbol = parsed("O:AAPL251219C00190000");
    CHECK(symbol.root() == "AAPL");
    CHECK(date_text(symbol.expiry) == "2025-12-19");
    CHECK(symbol.side == OptionSide::kCall);
    CHECK(strike_text(symbol.strike_milli) == "190");
}

TEST_CASE("a root may end in digits: the date is found from the right") {
    const OccSymbol symbol = parsed("O:SDS1220204C00003000");
    CHECK(symbol.root() == "SDS1");
    CHECK(date_text(symbol.expiry) == "2022-02-04");
    CHECK(strike_text(symbol.strike_milli) == "3");
}

TEST_CASE("a C or P in the root is not taken for the side") {
    CHECK(parsed("O:COST251219P00900000").side == OptionSide::kPut);
    CHECK(parsed("O:COST251219P00900000").root() == "COST");
    CHECK(parsed("O:PCG251219C00020000").side == OptionSide::kCall);
    CHECK(parsed("O:C251219P00070000").root() == "C");
}

TEST_CASE("Saturday expiries of old monthlies are dates like any other") {
    CHECK(date_text(parsed("O:AZO140621P00530000").expiry) == "2014-06-21");
    CHECK(weekday_of(parsed("O:AZO140621P00530000").expiry) == 6);
}

TEST_CASE("leap days exist in leap years only") {
    CHECK(error_of("O:AAPL240229C00190000") == SymbolError::kNone);
    CHECK(error_of("O:AAPL250229C00190000") == SymbolError::kDate);
}

TEST_CASE("what is no OCC symbol is refused with its reason") {
    CHECK(error_of("AAPL251219C00190000") == SymbolError::kPrefix);
    CHECK(error_of("") == SymbolError::kPrefix);
    CHECK(error_of("O:251219C00190000") == SymbolError::kLength);
    CHECK(error_of("O:ABCDEFG251219C00190000") == SymbolError::kLength);
    CHECK(error_of("O:AAPL211022C000150000") ==
          SymbolError::kDate);  // nine strike digits, a misprint in the vendor's docs
    CHECK(error_of("O:AAPL251319C00190000") == SymbolError::kDate);
    CHECK(error_of("O:AAPL251200C00190000") == SymbolError::kDate);
    CHECK(error_of("O:AAPL251219X00190000") == SymbolError::kSide);
    CHECK(error_of("O:AAPL251219C0019000A") == SymbolError::kStrike);
    CHECK(error_of("O:aapl251219C00190000") == SymbolError::kRoot);
    CHECK(error_of("O:AA L251219C00190000") == SymbolError::kRoot);
}

TEST_CASE("strikes are written exactly and as short as possible") {
    CHECK(strike_text(0) == "0");
    CHECK(strike_text(2500) == "2.5");
    CHECK(strike_text(125) == "0.125");
    CHECK(strike_text(99'999'999) == "99999.999");
    CHECK(strike_text(1'050) == "1.05");
}

TEST_CASE("a strike's text is its value") {
    for (std::int32_t strike = 0; strike < 100'000'000; strike += 997) {
        const auto value = parse_decimal(strike_text(strike));
        REQUIRE(value == make_decimal(strike, 3));
    }
}

TEST_CASE("one strange character anywhere is noticed") {
    const std::string good = "O:BRK1251219P00190000";
    for (std::size_t i = 0; i < good.size(); ++i)
        for (int c = 0; c < 256; ++c) {
            std::string text = good;
            text[i] = static_cast<char>(c);
            OccSymbol symbol;
            if (text == good || parse_occ_symbol(text, symbol) != SymbolError::kNone) continue;
            const bool letter = c >= 'A' && c <= 'Z';
            REQUIRE(((c >= '0' && c <= '9') || letter));
            REQUIRE((i < 6 || i == 12 || !letter));
        }
}
