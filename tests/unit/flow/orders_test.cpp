#include "flow/orders.hpp"

#include "catch.hpp"
#include "flow/order_query.hpp"
#include "flow/parameters.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

StoredOrder example() {
    StoredOrder order;
    order.first_ms = 1'764'948'620'676;
    order.last_ms = 1'764'948'620'716;
    order.option_symbol = "O:AAPL251219C00190000";
    order.ticker = "AAPL";
    order.strike = {190, 0};
    order.expiry = day_from_civil(2025, 12, 19);
    order.dte = 14;
    order.prints = 61;
    order.size = 600;
    order.premium = {228'000, 0};
    order.left_out = {3'800, 0};
    order.auction = {4005, 1};
    order.vwap = {38, 1};
    order.price_min = {37, 1};
    order.price_max = {39, 1};
    order.trend = "mixed";
    order.exchanges = {300, 302};
    order.conditions = {209, 232};
    order.multileg = true;
    order.cancelled = 1;
    return order;
}

TradeFilter filter_of(std::string_view name, std::string_view value) {
    TradeFilter filter;
    filter.set(name, value);
    return filter;
}

}  // namespace

TEST_CASE("an order as JSON") {
    std::string json;
    append_json(json, example());
    CHECK(
        json ==
        R"({"ticker":"AAPL","option_symbol":"O:AAPL251219C00190000","side":"CALL","strike":190,)"
        R"("expiry":"2025-12-19","dte":14,"premium":228000,"left_out_premium":3800,"auction_premium":400.5,)"
        R"("prints":61,"size":600,"vwap":3.8,"price_min":3.7,"price_max":3.9,"trend":"mixed","kind":"sweep",)"
        R"("exchanges":[300,302],"conditions":[209,232],"iso":false,"multileg":true,"cancelled_prints":1,)"
        R"("first":"2025-12-05T15:30:20.676Z","last":"2025-12-05T15:30:20.716Z"})");
}

TEST_CASE("the kind of an order: two exchanges or an ISO condition make a sweep") {
    StoredOrder order = example();
    CHECK(kind_of(order) == "sweep");
    order.exchanges = {302};
    CHECK(kind_of(order) == "split");
    order.iso = true;
    CHECK(kind_of(order) == "sweep");
    order.iso = false;
    order.prints = 1;
    CHECK(kind_of(order) == "block");
    order.exchanges.clear();  // an unknown exchange isn't listed
    CHECK(kind_of(order) == "block");
}

TEST_CASE("an order's cursor comes back from its text, for the same question only") {
    const TradeFilter filter = filter_of("ticker", "AAPL");
    const OrderCursor cursor{1'764'948'620'676, "O:AAPL251219C00190000"};
    const std::string text = cursor.text(filter);
    const OrderCursor read = OrderCursor::parse(text, filter);
    CHECK(read.first_ms == cursor.first_ms);
    CHECK(read.option_symbol == cursor.option_symbol);
    CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
          std::string::npos);
    CHECK_THROWS_AS(OrderCursor::parse(text, filter_of("ticker", "TSLA")), ParameterError);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string broken = text;
        broken[i] = broken[i] == '1' ? '2' : '1';
        INFO(broken);
        CHECK_THROWS_AS(OrderCursor::parse(broken, filter), ParameterError);
        CHECK_THROWS_AS(OrderCursor::parse(text.substr(0, i), filter), ParameterError);
    }
    for (const char* bad : {"", "o1_", "o1__", "o1_1_X_1", "1_1764948620676_AAPL251219C00190000_0"})
        CHECK_THROWS_AS(OrderCursor::parse(bad, filter), ParameterError);
    CHECK_THROWS_AS(OrderCursor::parse(std::string(5000, '_'), filter), ParameterError);
}

TEST_CASE("orders are looked up by their rarest condition") {
    CHECK(choose_order_way({}) == OrderWay::kNewest);
    CHECK(choose_order_way(filter_of("side", "PUT")) == OrderWay::kNewest);
    CHECK(choose_order_way(filter_of("min_premium", "249999.99")) == OrderWay::kNewest);
    CHECK(choose_order_way(filter_of("min_premium", "250000")) == OrderWay::kLarge);
    CHECK(choose_order_way(filter_of("strike", "190")) == OrderWay::kStrike);
    CHECK(choose_order_way(filter_of("expiry", "2025-12-19")) == OrderWay::kExpiry);
    CHECK(choose_order_way(filter_of("ticker", "AAPL")) == OrderWay::kTicker);
    CHECK(choose_order_way(filter_of("max_dte", "0")) == OrderWay::kDte);
    CHECK(choose_order_way(filter_of("max_dte", "30")) == OrderWay::kNewest);
    TradeFilter both = filter_of("ticker", "AAPL");
    both.set("min_premium", "999999");
    CHECK(choose_order_way(both) == OrderWay::kTicker);
    both.set("expiry", "2025-12-19");
    CHECK(choose_order_way(both) == OrderWay::kLarge);
    both.set("strike", "190");
    CHECK(choose_order_way(both) == OrderWay::kStrike);
    both.set("min_premium", "1000000");
    CHECK(choose_order_way(both) == OrderWay::kLarge);
}
