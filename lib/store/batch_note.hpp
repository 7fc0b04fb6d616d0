#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "market/coverage.hpp"
#include "store/connection.hpp"
#include "store/trade_row.hpp"

namespace pulse::store {

/// What one attempt to store a batch has stored so far, for its row in stored_batches.
class BatchNote {
  public:
    /// Prints or cancels of which at least one was new. What was there already may be among them.
    void trades(std::span<const Placed> placed, const std::vector<TradeRow>& rows);
    void cancels(std::span<const Placed> placed, const std::vector<TradeRow>& rows);
    /// The row coverage.sql gives.
    void watermarks(const Result& coverage);
    /// Orders of which at least one said something new.
    void orders() { ordered_ = true; }

    /// The statements that end the transaction: they write the row, when there is something to tell, notify
    /// the readers and commit. The row's id is drawn under Lock::kBatchLog, so ids grow in commit order.
    [[nodiscard]] std::string commit_sql() const;

  private:
    std::optional<TimeRange> trades_;
    std::optional<TimeRange> cancels_;
    std::optional<std::int64_t> live_to_ms_;
    bool covered_ = false;  ///< the coverage grew, whatever the source
    bool ordered_ = false;
    bool history_ = false;
};

}  // namespace pulse::store
