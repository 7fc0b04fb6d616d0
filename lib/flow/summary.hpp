#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flow/trade_filter.hpp"
#include "market/coverage.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// Which parts of a summary are wanted.
class SummarySections {
  public:
    enum Section : unsigned { kTotal, kTicker, kSide, kExpiry, kStrike, kTime, kCells, kPutCall };
    /// All; cells only make sense for a single ticker and are left out otherwise.
    SummarySections();
    /// A comma-separated list of total, by_ticker, by_side, by_expiry, by_strike, by_time, cells, put_call.
    /// Throws ParameterError("fields").
    static SummarySections parse(std::string_view list);
    [[nodiscard]] bool has(Section section) const { return (mask_ >> section & 1U) != 0; }

  private:
    unsigned mask_;
};

struct SummaryQuestion {
    TradeFilter filter;      ///< since_ms and until_ms must be set
    int bucket_minutes = 5;  ///< of by_time: 1 … 390
    int strikes = 100;       ///< at most so many rows of by_strike, those with the most premium
    SummarySections sections;
};

/// The New York date of the newest stored trade, as since and until; nothing in an empty table.
std::optional<TimeRange> newest_day(store::Connection& connection);

/// The members of the answer, without the braces around, each section asked for:
/// "total":{"trades","contracts","premium"},
/// "put_call":{"premium":0.81|null,"contracts":…,"trades":…}  (puts / calls),
/// "by_ticker":[{"ticker","trades","contracts","premium","call_premium","put_premium"}…]  most premium first,
/// "by_side":[{"side","trades","contracts","premium"}…],
/// "by_expiry":[{"expiry","trades","contracts","premium","call_premium","put_premium"}…]  ascending,
/// "by_strike":[{"ticker","strike","trades","contracts","premium","call_premium","put_premium"}…]  most
/// premium first, "by_time":[{"from":"RFC 3339","ticker","side","trades","premium"}…]  ascending,
/// "cells":[{"expiry","strike","side","trades","contracts","premium"}…]
/// Premiums are exact dollars. Cancelled trades are never counted unless the filter says so. Throws DbError.
std::string summary_json(store::Connection& connection, const SummaryQuestion& question);

}  // namespace pulse::flow
