#pragma once

#include <string>

#include "store/trade_row.hpp"

namespace pulse::store::test {

/// A print of O:AAPL251219C00190000 on exchange 302 at 8.5 × 100 with condition 209.
inline TradeRow print(std::int64_t t_ms, const std::string& symbol = "O:AAPL251219C00190000") {
    TradeRow row;
    row.t_ms = t_ms;
    parse_occ_symbol(symbol, row.symbol);
    row.price = {85, 1};
    row.premium = {85'000, 0};
    row.size = 100;
    row.exchange = 302;
    row.dte = 14;
    row.conditions = {209};
    row.source = "live";
    return row;
}

inline TradeRow numbered(std::int64_t t_ms, std::int64_t sequence) {
    TradeRow row = print(t_ms);
    row.sequence = sequence;
    return row;
}

inline TradeRow counted(std::int64_t t_ms, std::int32_t ordinal, const std::string& source) {
    TradeRow row = print(t_ms);
    row.ordinal = ordinal;
    row.source = source;
    return row;
}

}  // namespace pulse::store::test
