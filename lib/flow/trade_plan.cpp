#include "flow/trade_plan.hpp"

#include <algorithm>

namespace pulse::flow {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int32_t kMaxStrikeMilli = 99'999'999;

// The New York date that dte counts from is the UTC date or the day before it.
DayRange days_before(const TradeFilter& filter, Day expiry, DayRange days) {
    if (filter.max_dte) days.first = std::max(days.first, expiry - *filter.max_dte);
    return days;
}

}  // namespace

Way choose_way(const TradeFilter& filter) {
    if (wants_at_least(filter, kHugePremium)) return Way::kBig;
    if (!filter.tickers.empty() || filter.expiry || filter.max_dte || filter.strike) return Way::kExpiries;
    if (wants_at_least(filter, kBigPremium)) return Way::kBig;
    return filter.side || filter.min_premium ? Way::kOnward : Way::kNewest;
}

DayRange days_of(const TradeFilter& filter, std::int64_t until_ms) {
    const std::int64_t until = std::min(filter.until_ms.value_or(until_ms), until_ms);
    return {static_cast<Day>(filter.since_ms.value_or(0) / kDayMs), static_cast<Day>(until / kDayMs)};
}

std::vector<Stretch> stretches_of(const TradeFilter& filter, const std::vector<TickerExpiry>& found,
                                  const DayRange& days) {
    std::vector<Stretch> stretches;
    for (const TickerExpiry& what : found) {
        const DayRange range = days_before(filter, what.expiry, days);
        if (range.first <= range.last) stretches.push_back({what, range});
    }
    return stretches;
}

std::optional<std::int64_t> strike_milli(const Decimal& strike) {
    if (strike.scale > 3 || strike > Decimal{kMaxStrikeMilli, 3}) return std::nullopt;
    std::int64_t milli = strike.digits;
    for (std::int32_t scale = strike.scale; scale < 3; ++scale) milli *= 10;
    return milli;
}

bool wants_at_least(const TradeFilter& filter, std::int64_t dollars) {
    return filter.min_premium && *filter.min_premium >= Decimal{dollars, 0};
}

}  // namespace pulse::flow
