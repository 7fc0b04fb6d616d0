#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/date.hpp"
#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// A row of smart_money_trades.
struct StoredTrade {
    std::int64_t t_ms = 0;      ///< trade time, Unix ms
    std::string option_symbol;  ///< with O:
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    Decimal strike;
    Day expiry{};
    Decimal premium;  ///< dollars
    std::int32_t dte = 0;
    Decimal price;  ///< dollars a share
    std::int32_t size = 0;
    std::int32_t exchange = 0;
    std::vector<std::int16_t> conditions;
    std::int32_t occurrence = 1;
    std::string source;
    std::optional<std::int64_t> cancelled_ms;
};

/// The columns read_row() wants, in its order; the table's alias is `t`.
extern const std::string_view kTradeColumns;

/// Row `row` of a result whose first columns are kTradeColumns.
StoredTrade read_row(const store::Result& result, int row);

/// The fields a trade's JSON may hold, in their order: ticker, option_symbol, side, strike, expiry, premium,
/// dte, price, size, exchange, conditions, timestamp, source, occurrence, and cancelled_at when it was taken
/// back.
class TradeFields {
  public:
    /// All of them.
    TradeFields();
    /// A comma-separated list of names. Throws ParameterError("fields").
    static TradeFields parse(std::string_view list);
    [[nodiscard]] bool has(std::size_t index) const { return (mask_ >> index & 1U) != 0; }

  private:
    std::uint32_t mask_;
};

/// Appends the trade as a JSON object.
void append_json(std::string& out, const StoredTrade& trade, const TradeFields& fields);

}  // namespace pulse::flow
