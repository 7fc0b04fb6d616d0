#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/trade_filter.hpp"
#include "market/date.hpp"
#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// A row of smart_money_orders.
struct StoredOrder {
    std::int64_t first_ms = 0;  ///< Unix ms
    std::int64_t last_ms = 0;
    std::string option_symbol;  ///< with O:
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    Decimal strike;
    Day expiry{};
    std::int32_t dte = 0;
    std::int64_t prints = 0;
    std::int64_t size = 0;  ///< contracts
    Decimal premium;        ///< dollars
    Decimal left_out;       ///< of it: multi-leg, stock-tied and late prints
    Decimal auction;        ///< of it: auction prints
    Decimal vwap, price_min, price_max;
    std::string trend;
    std::vector<std::int16_t> exchanges;
    std::vector<std::int16_t> conditions;
    bool iso = false;
    bool multileg = false;
    std::int64_t cancelled = 0;  ///< prints taken back
};

/// `sweep`: two or more exchanges, or an ISO condition (the answer has both facts: they often disagree); else
/// `block`: one print; else `split`.
std::string_view kind_of(const StoredOrder& order);

/// Appends
/// {"ticker","option_symbol","side","strike","expiry","dte","premium","left_out_premium","auction_premium","prints",
/// "size","vwap","price_min","price_max","trend","kind","exchanges","conditions","iso","multileg","cancelled_prints","first",
/// "last"}.
void append_json(std::string& out, const StoredOrder& order);

/// A place in the list of orders, newest first.
struct OrderCursor {
    std::int64_t first_ms = 0;
    std::string option_symbol;
    /// URL-safe text, bound to the filter's conditions.
    [[nodiscard]] std::string text(const TradeFilter& filter) const;
    /// Throws ParameterError(`cursor`, code `bad_cursor`).
    static OrderCursor parse(std::string_view text, const TradeFilter& filter);
};

struct OrderPage {
    std::vector<StoredOrder> orders;  ///< newest first_time first, then symbol descending
    bool more = false;
};

/// The newest `limit` orders that match (since and until are about first_time), behind `after` when given.
/// Orders whose prints were all taken back aren't there. `filter.cancelled` means nothing here. Throws
/// DbError.
OrderPage read_orders(store::Connection& connection, const TradeFilter& filter, int limit,
                      const std::optional<OrderCursor>& after);

}  // namespace pulse::flow
