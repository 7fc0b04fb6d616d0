#include "flow/stored_trade.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "flow/parameters.hpp"
#include "flow/result_values.hpp"

namespace pulse::flow {

const std::string_view kTradeColumns =
    "(extract(epoch FROM t.trade_time) * 1000)::bigint, t.option_symbol, t.ticker, t.side, t.strike, "
    "t.expiry - date '1970-01-01', t.premium, t.dte, t.price, t.size, t.exchange, t.conditions, "
    "t.occurrence, t.source, (extract(epoch FROM t.cancelled_at) * 1000)::bigint";

namespace {

enum Field : std::size_t {
    kTicker,
    kSymbol,
    kSide,
    kStrike,
    kExpiry,
    kPremium,
    kDte,
    kPrice,
    kSize,
    kExchange,
    kConditions,
    kTimestamp,
    kSource,
    kOccurrence,
    kCancelledAt,
    kFields
};

constexpr std::array<std::string_view, kFields> kNames{
    "ticker", "option_symbol", "side",       "strike",    "expiry", "premium",    "dte",         "price",
    "size",   "exchange",      "conditions", "timestamp", "source", "occurrence", "cancelled_at"};

template <typename Integer>
void append_number(std::string& out, Integer value) {
    fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_conditions(std::string& out, const std::vector<std::int16_t>& conditions) {
    out += '[';
    for (const auto condition : conditions) {
        if (out.back() != '[') out += ',';
        append_number(out, condition);
    }
    out += ']';
}

void append_value(std::string& out, const StoredTrade& trade, std::size_t field) {
    switch (field) {
        case kTicker:
            return append_json_string(out, trade.ticker);
        case kSymbol:
            return append_json_string(out, trade.option_symbol);
        case kSide:
            return append_json_string(out, side_name(trade.side));
        case kStrike:
            return append_decimal(out, trade.strike);
        case kExpiry:
            return append_json_string(out, date_text(trade.expiry));
        case kPremium:
            return append_decimal(out, trade.premium);
        case kDte:
            return append_number(out, trade.dte);
        case kPrice:
            return append_decimal(out, trade.price);
        case kSize:
            return append_number(out, trade.size);
        case kExchange:
            return append_number(out, trade.exchange);
        case kConditions:
            return append_conditions(out, trade.conditions);
        case kTimestamp:
            return append_json_string(out, rfc3339_ms(trade.t_ms));
        case kSource:
            return append_json_string(out, trade.source);
        case kOccurrence:
            return append_number(out, trade.occurrence);
        default:
            return append_json_string(out, rfc3339_ms(trade.cancelled_ms.value_or(0)));
    }
}

}  // namespace

StoredTrade read_row(const store::Result& result, int row) {
    const auto small = [&](int column) { return static_cast<std::int32_t>(result.integer(row, column)); };
    StoredTrade trade;
    trade.t_ms = result.integer(row, 0);
    trade.option_symbol = result.text(row, 1);
    trade.ticker = result.text(row, 2);
    trade.side = side_in(result.text(row, 3));
    trade.strike = decimal_in(result, row, 4);
    trade.expiry = small(5);
    trade.premium = decimal_in(result, row, 6);
    trade.dte = small(7);
    trade.price = decimal_in(result, row, 8);
    trade.size = small(9);
    trade.exchange = small(10);
    trade.conditions = smallints_in(result.text(row, 11));
    trade.occurrence = small(12);
    trade.source = result.text(row, 13);
    if (!result.null(row, 14)) trade.cancelled_ms = result.integer(row, 14);
    return trade;
}

TradeFields::TradeFields() : mask_((1U << kFields) - 1) {}

TradeFields TradeFields::parse(std::string_view list) {
    TradeFields fields;
    fields.mask_ = 0;
    for (const std::string& name : read_list("fields", list)) {
        std::size_t field = 0;
        while (field < kFields && kNames[field] != name) ++field;
        if (field == kFields)
            throw ParameterError("fields", fmt::format("fields may name {}", fmt::join(kNames, ", ")));
        fields.mask_ |= 1U << field;
    }
    return fields;
}

void append_json(std::string& out, const StoredTrade& trade, const TradeFields& fields) {
    out += '{';
    for (std::size_t field = 0; field < kFields; ++field) {
        if (!fields.has(field) || (field == kCancelledAt && !trade.cancelled_ms)) continue;
        if (out.back() != '{') out += ',';
        out += '"';
        out += kNames[field];
        out += "\":";
        append_value(out, trade, field);
    }
    out += '}';
}

}  // namespace pulse::flow
