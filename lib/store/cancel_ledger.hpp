#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/connection.hpp"
#include "store/trade_row.hpp"

namespace pulse::store {

/// Keeps smart_money_trades.cancelled_at true: each cancel takes back the newest print of its class (symbol,
/// exchange, price, size) that isn't later than it, however they arrive. Remembers which classes have
/// cancels, 40 bytes each, so that an ordinary batch costs one indexed look at the cancels stored since the
/// last one.
class CancelLedger {
  public:
    /// Statements that lock and fetch the cancels not seen yet; their last rows are for learn(). `exclusive`
    /// when the transaction will store cancels, so that no print and cancel can miss each other.
    [[nodiscard]] std::string begin_sql(bool exclusive) const;
    void learn(const Result& rows);

    /// Recomputes the classes these rows belong to, after they were stored in the open transaction. Takes
    /// Lock::kMerge when there is anything to do.
    void apply(Connection& connection, const std::vector<TradeRow>& trades,
               const std::vector<TradeRow>& cancels);

  private:
    /// A class to be recomputed from the earliest event that changed it.
    struct Touched {
        std::string symbol, price;
        std::int16_t exchange = 0;
        std::int32_t size = 0;
        std::int64_t from_ms = 0;  ///< earliest new event
        std::int64_t to_ms = 0;    ///< last cancel
    };
    using TouchedClasses = std::unordered_map<std::uint64_t, Touched>;

    [[nodiscard]] TouchedClasses touched_by(const std::vector<TradeRow>& trades,
                                            const std::vector<TradeRow>& cancels) const;
    static std::string request_for(const std::vector<Touched>& classes, std::int64_t lookback_ms);
    static void append_mark(std::string& marks, const Touched& c, const Result& rows, int row,
                            std::optional<std::int64_t> cancelled_ms);
    static std::vector<Touched> recompute(Connection& connection, const std::vector<Touched>& classes,
                                          std::int64_t lookback_ms);

    std::unordered_map<std::uint64_t, std::int64_t> last_cancel_ms_;  ///< by hash of the class
    std::int64_t last_id_ = 0;
};

}  // namespace pulse::store
