#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flow/trade_plan.hpp"
#include "flow/trade_sql.hpp"

namespace pulse::flow {

/// Lookups in the index by ticker, expiry, date and strike.
class StretchReader {
  public:
    /// `milli`: the strike that rows must have, in 1/1000 dollars; `big`: only those with kBigPremium or
    /// more.
    StretchReader(const std::vector<Stretch>& stretches, std::optional<std::int64_t> milli, bool big);

    /// The newest UTC date up to `newest` on which any stretch has rows. Throws DbError.
    std::optional<Day> newest_date(store::Connection& connection, Day newest) const;

    /// The newest `limit` of the stretches' rows on these dates that match.
    [[nodiscard]] Statement window(const TradeFilter& filter, const std::optional<Cursor>& after,
                                   const DayRange& days, const std::string& limit) const;

  private:
    [[nodiscard]] Statement statement(std::string_view sql, Day newest) const;

    std::optional<std::int64_t> milli_;
    bool big_;
    std::string tickers_;  ///< columns of the stretches, as array literals
    std::string expiries_;
    std::string firsts_;
    std::string lasts_;
};

}  // namespace pulse::flow
