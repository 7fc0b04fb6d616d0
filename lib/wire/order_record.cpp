#include "wire/order_record.hpp"

#include <fmt/format.h>

#include <iterator>

#include "market/date.hpp"

namespace pulse {

namespace {

void append_ids(std::string& out, std::string_view key, const std::vector<std::int16_t>& ids) {
    out += key;
    for (const char* comma = ""; const auto id : ids) {
        (out += comma) += std::to_string(id);
        comma = ",";
    }
    out += ']';
}

void append_money(std::string& out, std::string_view key, const Decimal& value) {
    append_decimal(out += key, value);
}

}  // namespace

void append_order(std::string& out, const JoinedOrder& order) {
    fmt::format_to(std::back_inserter(out),
                   R"({{"ev":"O","sym":"{}","ticker":"{}","expiry":"{}","side":"{}","strike":{},"dte":{})"
                   R"(,"t_first":{},"t_last":{},"n":{},"s":{})",
                   order.sym, order.symbol.root(), date_text(order.symbol.expiry),
                   side_name(order.symbol.side), strike_text(order.symbol.strike_milli), order.dte,
                   order.t_first, order.t_last, order.prints, order.size);
    append_money(out, R"(,"premium":)", order.premium);
    append_money(out, R"(,"vwap":)", order.vwap);
    append_money(out, R"(,"p_min":)", order.price_min);
    append_money(out, R"(,"p_max":)", order.price_max);
    ((out += R"(,"trend":")") += name_of(order.trend)) += '"';
    append_ids(out, R"(,"x":[)", order.exchanges);
    append_ids(out, R"(,"c":[)", order.conditions);
    (out += R"(,"iso":)") += order.iso ? "true" : "false";
    (out += R"(,"multileg":)") += order.multileg ? "true" : "false";
    if (order.left_out.digits != 0) append_money(out, R"(,"left_out":)", order.left_out);
    if (order.auction.digits != 0) append_money(out, R"(,"auction":)", order.auction);
    if (order.cancelled != 0) out += fmt::format(R"(,"cancelled":{})", order.cancelled);
    out += "}\n";
}

}  // namespace pulse
