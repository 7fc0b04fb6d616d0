#include "wire/order_record.hpp"

#include "catch.hpp"
#include "wire/record.hpp"

using namespace pulse;

TEST_CASE("an order's record has every field, exact numbers, and zeros only where they are needed") {
    JoinedOrder order;
    order.sym = "O:TSLA251219P00402500";
    REQUIRE(parse_occ_symbol(order.sym, order.symbol) == SymbolError::kNone);
    order.dte = 14;
    order.t_first = 1764948620676;
    order.t_last = 1764948620716;
    order.prints = 61;
    order.size = 1220;
    order.premium = *parse_decimal("228140.25");
    order.vwap = *parse_decimal("1.870002");
    order.price_min = *parse_decimal("1.86");
    order.price_max = *parse_decimal("1.9");
    order.trend = PriceTrend::kMixed;
    order.exchanges = {300, 302};
    order.conditions = {219};
    order.iso = true;
    std::string out = "before\n";
    append_order(out, order);
    CHECK(
        out ==
        "before\n"
        R"({"ev":"O","sym":"O:TSLA251219P00402500","ticker":"TSLA","expiry":"2025-12-19","side":"PUT","strike":402.5,"dte":14,)"
        R"("t_first":1764948620676,"t_last":1764948620716,"n":61,"s":1220,"premium":228140.25,"vwap":1.870002,)"
        R"("p_min":1.86,"p_max":1.9,"trend":"mixed","x":[300,302],"c":[219],"iso":true,"multileg":false})"
        "\n");
    order.exchanges.clear();
    order.conditions.clear();
    order.multileg = true;
    order.left_out = *parse_decimal("0.5");
    order.auction = *parse_decimal("100");
    order.cancelled = 2;
    out.clear();
    append_order(out, order);
    CHECK_THAT(out,
               ContainsSubstring(
                   R"("x":[],"c":[],"iso":true,"multileg":true,"left_out":0.5,"auction":100,"cancelled":2})"
                   "\n"));
    RecordParser parser;
    CHECK(parser.parse(out.substr(0, out.size() - 1)) == RecordKind::kOther);
    CHECK(parser.ev() == "O");
}
