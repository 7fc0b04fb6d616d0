#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "store/connection.hpp"
#include "store/trade_encoder.hpp"
#include "store/trade_row.hpp"

namespace pulse::store {

/// Writes placed rows into smart_money_trades or smart_money_cancels, inside the caller's transaction.
class TradeWriter {
  public:
    enum class Table { kTrades, kCancels };
    explicit TradeWriter(Table table) : table_(table) {}

    /// The COPY statement to end a begin_copy() with, for direct writing.
    [[nodiscard]] std::string copy_sql() const;
    /// Sends the rows to the COPY that was begun. Throws DbError(kConflict) when one is there already: the
    /// transaction is lost then.
    void copy(Connection& connection, std::span<const Placed> placed, const std::vector<TradeRow>& rows);

    /// Merges the rows by the identity rule, whatever is stored; gives the number of new rows. Takes
    /// Lock::kMerge. Throws DbError(kConflict) when another session got in between: try again.
    std::uint64_t merge(Connection& connection, std::span<const Placed> placed,
                        const std::vector<TradeRow>& rows);

  private:
    void send(Connection& connection, std::span<const Placed> placed, const std::vector<TradeRow>& rows,
              bool staged);
    [[nodiscard]] std::string fill_in(std::string_view sql) const;

    Table table_;
    TradeEncoder encoder_;
};

}  // namespace pulse::store
