#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/stored_trade.hpp"
#include "flow/trade_filter.hpp"
#include "store/batch_log.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// A place in the list of all trades, newest first: just behind one trade, named by the key of its row. Rows
/// that arrive meanwhile move no other row across it.
struct Cursor {
    std::int64_t t_ms = 0;
    std::string option_symbol;
    std::int32_t exchange = 0;
    Decimal price;
    std::int32_t size = 0;
    std::vector<std::int16_t> conditions;
    std::int32_t occurrence = 0;

    static Cursor behind(const StoredTrade& trade);
    /// URL-safe text, bound to the filter's conditions.
    [[nodiscard]] std::string text(const TradeFilter& filter) const;
    /// Throws ParameterError(`cursor`, code `bad_cursor`) for a text that text() didn't give for this filter.
    static Cursor parse(std::string_view text, const TradeFilter& filter);
};

struct TradePage {
    std::vector<StoredTrade> trades;  ///< newest first, in the order of the table's key
    bool more = false;                ///< others follow behind the last one
};

/// The newest `limit` trades that match, behind `after` when given. Quick for every filter: see the .cpp for
/// how. Throws DbError.
TradePage read_trades(store::Connection& connection, const TradeFilter& filter, int limit,
                      const std::optional<Cursor>& after);

/// The trades a batch brought, oldest first; at most `limit` + 1, so that more than `limit` shows.
std::vector<StoredTrade> read_batch(store::Connection& connection, const store::StoredBatch& batch,
                                    int limit);
/// The trades that cancels of the batch took back, oldest first, at most `limit`.
std::vector<StoredTrade> read_cancelled(store::Connection& connection, const store::StoredBatch& batch,
                                        int limit);

}  // namespace pulse::flow
