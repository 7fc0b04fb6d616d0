#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/trade_filter.hpp"

namespace pulse::flow {

/// How read_trades finds what the newest trades don't hold. Any way gives the same answer; the wrong one
/// takes seconds.
enum class Way {
    kNewest,    ///< no conditions but time: the key's index alone
    kOnward,    ///< further and further back in key order: conditions that many trades meet
    kBig,       ///< by time among the big premiums only
    kExpiries,  ///< by ticker, expiry and strike, newest dates first
};

Way choose_way(const TradeFilter& filter);

/// Premiums from here on, about one in fifty, have indexes of their own, by expiry and by time (migration 003
/// says the same number).
inline constexpr std::int64_t kBigPremium = 1'000'000;
/// From here on, about one in 1,000, they are so few that reading them all costs less than any other
/// condition would save.
inline constexpr std::int64_t kHugePremium = 10'000'000;

/// Dates in UTC, both ends inclusive: the unit of the index by expiry.
struct DayRange {
    Day first = 0;
    Day last = 0;
};

/// The UTC dates on which the filter's trades can lie: since, until and `until_ms`, the place the page
/// starts at.
DayRange days_of(const TradeFilter& filter, std::int64_t until_ms);

struct TickerExpiry {
    std::string ticker;
    Day expiry = 0;
};

/// The trades of one ticker and expiry on these dates.
struct Stretch {
    TickerExpiry what;
    DayRange days;
};

/// Where matching trades of these expiries can lie: max_dte says how long before the expiry.
std::vector<Stretch> stretches_of(const TradeFilter& filter, const std::vector<TickerExpiry>& found,
                                  const DayRange& days);

/// The strike as a symbol spells it, in 1/1000 dollars; nothing when no symbol can.
std::optional<std::int64_t> strike_milli(const Decimal& strike);

/// True when only premiums of that many dollars or more match.
bool wants_at_least(const TradeFilter& filter, std::int64_t dollars);

}  // namespace pulse::flow
