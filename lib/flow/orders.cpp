#include "flow/orders.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "flow/order_query.hpp"
#include "flow/result_values.hpp"

namespace pulse::flow {

namespace {

void append_number(std::string& out, std::string_view name, std::int64_t value) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":{}", name, value);
}

void append_amount(std::string& out, std::string_view name, const Decimal& value) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
    append_decimal(out, value);
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
    append_json_string(out, value);
}

void append_list(std::string& out, std::string_view name, const std::vector<std::int16_t>& values) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":[{}]", name, fmt::join(values, ","));
}

StoredOrder read_order(const store::Result& result, int row) {
    StoredOrder order;
    order.first_ms = result.integer(row, 0);
    order.last_ms = result.integer(row, 1);
    order.option_symbol = result.text(row, 2);
    order.ticker = result.text(row, 3);
    order.side = side_in(result.text(row, 4));
    order.strike = decimal_in(result, row, 5);
    order.expiry = static_cast<Day>(result.integer(row, 6));
    order.dte = static_cast<std::int32_t>(result.integer(row, 7));
    order.prints = result.integer(row, 8);
    order.size = result.integer(row, 9);
    order.premium = decimal_in(result, row, 10);
    order.left_out = decimal_in(result, row, 11);
    order.auction = decimal_in(result, row, 12);
    order.vwap = decimal_in(result, row, 13);
    order.price_min = decimal_in(result, row, 14);
    order.price_max = decimal_in(result, row, 15);
    order.trend = result.text(row, 16);
    order.exchanges = smallints_in(result.text(row, 17));
    order.conditions = smallints_in(result.text(row, 18));
    order.iso = result.text(row, 19) == "t";
    order.multileg = result.text(row, 20) == "t";
    order.cancelled = result.integer(row, 21);
    return order;
}

constexpr std::string_view kOrderColumns =
    "(extract(epoch FROM t.first_time) * 1000)::bigint, (extract(epoch FROM t.last_time) * 1000)::bigint, "
    "t.option_symbol, t.ticker, t.side, t.strike, t.expiry - date '1970-01-01', t.dte, t.prints, t.size, "
    "t.premium, t.left_out_premium, t.auction_premium, t.vwap, t.price_min, t.price_max, t.trend, "
    "t.exchanges, t.conditions, t.iso, t.multileg, t.cancelled_prints";

}  // namespace

std::string_view kind_of(const StoredOrder& order) {
    return order_kind(order.exchanges.size(), order.iso, order.prints);
}

void append_json(std::string& out, const StoredOrder& order) {
    out += "{\"ticker\":";
    append_json_string(out, order.ticker);
    append_text(out, "option_symbol", order.option_symbol);
    append_text(out, "side", side_name(order.side));
    append_amount(out, "strike", order.strike);
    append_text(out, "expiry", date_text(order.expiry));
    append_number(out, "dte", order.dte);
    append_amount(out, "premium", order.premium);
    append_amount(out, "left_out_premium", order.left_out);
    append_amount(out, "auction_premium", order.auction);
    append_number(out, "prints", order.prints);
    append_number(out, "size", order.size);
    append_amount(out, "vwap", order.vwap);
    append_amount(out, "price_min", order.price_min);
    append_amount(out, "price_max", order.price_max);
    append_text(out, "trend", order.trend);
    append_text(out, "kind", kind_of(order));
    append_list(out, "exchanges", order.exchanges);
    append_list(out, "conditions", order.conditions);
    fmt::format_to(std::back_inserter(out), ",\"iso\":{},\"multileg\":{}", order.iso, order.multileg);
    append_number(out, "cancelled_prints", order.cancelled);
    append_text(out, "first", rfc3339_ms(order.first_ms));
    append_text(out, "last", rfc3339_ms(order.last_ms));
    out += '}';
}

OrderPage read_orders(store::Connection& connection, const TradeFilter& filter, int limit,
                      const std::optional<OrderCursor>& after) {
    const ReadTransaction transaction(connection);
    forbid_sorting(connection, filter);
    const auto result = order_query(kOrderColumns, filter, limit + 1, after).run(connection);
    OrderPage page;
    for (int i = 0; i < result.rows(); ++i) page.orders.push_back(read_order(result, i));
    page.more = page.orders.size() > static_cast<std::size_t>(limit);
    if (page.more) page.orders.pop_back();
    return page;
}

}  // namespace pulse::flow
