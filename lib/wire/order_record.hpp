#pragma once

#include <string>

#include "market/order_joiner.hpp"

namespace pulse {

/// Appends the O record with its newline:
/// {"ev":"O","sym","ticker","expiry","side","strike","dte","t_first","t_last","n","s","premium","vwap","p_min","p_max","trend",
///  "x":[…],"c":[…],"iso","multileg"} and behind them, where they aren't zero, "left_out", "auction",
///  "cancelled".
void append_order(std::string& out, const JoinedOrder& order);

}  // namespace pulse
