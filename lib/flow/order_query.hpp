#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "flow/orders.hpp"
#include "flow/trade_filter.hpp"
#include "flow/trade_sql.hpp"

namespace pulse::flow {

/// How the newest matching orders are found. Any way gives the same answer; the wrong one reads the whole
/// table.
enum class OrderWay {
    kLarge,   ///< by time among the large premiums only
    kStrike,  ///< by time among those of the strike
    kExpiry,  ///< by time among those of the expiry
    kTicker,  ///< by time in each ticker and side, merged
    kDte,     ///< by time for each number of days to expiry, merged
    kNewest,  ///< in the order of the key
};
OrderWay choose_order_way(const TradeFilter& filter);

/// For the transaction that order_query() is run in: its plan must not sort what an index has in order.
void forbid_sorting(store::Connection& connection, const TradeFilter& filter);

/// The newest `rows` orders that match, behind `after` when given; `columns` of the table, whose alias is
/// `t`.
Statement order_query(std::string_view columns, const TradeFilter& filter, int rows,
                      const std::optional<OrderCursor>& after);

/// See kind_of().
std::string_view order_kind(std::size_t exchanges, bool iso, std::int64_t prints);

}  // namespace pulse::flow
