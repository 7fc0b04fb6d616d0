#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "store/copy_binary.hpp"
#include "store/trade_row.hpp"

namespace pulse::store {

/// Makes of placed rows what COPY … (FORMAT binary) takes. Knows no server. Not thread-safe.
class TradeEncoder {
  public:
    /// What follows the time in each row, in this order.
    static constexpr std::string_view kColumns =
        "option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange, conditions, "
        "occurrence, sequence, source";

    /// Gives the data of one COPY to `send`, piece by piece; a piece is valid during the call. `staged`: for
    /// the stage instead of the table.
    void encode(std::span<const Placed> placed, const std::vector<TradeRow>& rows, bool staged,
                const std::function<void(std::string_view piece)>& send);

  private:
    void add(const TradeRow& row, std::int32_t occurrence, bool staged);

    CopyBuffer buffer_;
};

}  // namespace pulse::store
