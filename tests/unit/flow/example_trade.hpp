#pragma once

#include "flow/stored_trade.hpp"

namespace pulse::flow {

/// The trade of the interface document.
inline StoredTrade example_trade() {
    StoredTrade trade;
    trade.t_ms = 1'764'948'620'676;
    trade.option_symbol = "O:AAPL251219C00190000";
    trade.ticker = "AAPL";
    trade.side = OptionSide::kCall;
    trade.strike = {190, 0};
    trade.expiry = day_from_civil(2025, 12, 19);
    trade.premium = {85'000, 0};
    trade.dte = 14;
    trade.price = {85, 1};
    trade.size = 100;
    trade.exchange = 302;
    trade.conditions = {209};
    trade.occurrence = 1;
    trade.source = "live";
    return trade;
}

}  // namespace pulse::flow
