#include "flow/outcomes_returns.hpp"

#include <algorithm>
#include <cmath>

namespace pulse::flow {

namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kMillion = 1'000'000;

/// Half away from zero; `divisor` > 0.
Int128 divide_rounded(Int128 value, Int128 divisor) {
    const Int128 twice = 2 * (value < 0 ? -value : value) + divisor;
    const Int128 rounded = twice / (2 * divisor);
    return value < 0 ? -rounded : rounded;
}

// Returns are whole millionths: sums of them are exact.
std::int64_t millionths(double value) {
    return std::llround(value * static_cast<double>(kMillion));
}

double from_millionths(Int128 value) {
    return static_cast<double>(value) / static_cast<double>(kMillion);
}

double mean_of(const std::vector<double>& returns) {
    Int128 sum = 0;
    for (const double value : returns) sum += millionths(value);
    return from_millionths(divide_rounded(sum, static_cast<Int128>(returns.size())));
}

double median_of(const std::vector<double>& ascending) {
    const std::size_t middle = ascending.size() / 2;
    if (ascending.size() % 2 == 1) return ascending[middle];
    return from_millionths(
        divide_rounded(Int128{millionths(ascending[middle - 1])} + millionths(ascending[middle]), 2));
}

/// One horizon's returns of one kind that are there.
template <typename Kind>
Distribution distribution(const std::vector<Returns>& all, Kind kind, std::size_t horizon) {
    std::vector<double> values;
    for (const Returns& returns : all)
        if (const auto& value = (returns.*kind)[horizon]) values.push_back(*value);
    return distribution_of(std::move(values));
}

// A share among few ordinary sessions is as much chance as one among few analogues.
OutcomeVerdict verdict_of(const Distribution& analogues, const Distribution& base) {
    if (analogues.n() < kAnaloguesNeeded || base.n() < kAnaloguesNeeded) return OutcomeVerdict::kInsufficient;
    const double ordinary = static_cast<double>(base.up) / base.n();
    const bool within = ordinary >= analogues.wilson.low && ordinary <= analogues.wilson.high;
    return within ? OutcomeVerdict::kNoDifference : OutcomeVerdict::kDiffers;
}

}  // namespace

std::optional<double> price_return(const Decimal& from, const Decimal& to) {
    if (from.digits <= 0 || to.digits <= 0) return std::nullopt;
    // Up to 10^12 dollars with 12 places the products fit; no price of a share needs more.
    constexpr std::int32_t kPlaces = 12;
    constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
    if (from.scale > kPlaces || to.scale > kPlaces) return std::nullopt;
    const auto scaled = [](const Decimal& price) {
        Int128 value = price.digits;
        for (std::int32_t place = price.scale; place < kPlaces; ++place) value *= 10;
        return value;
    };
    const Int128 a = scaled(from), b = scaled(to);
    if (a > Int128{kMost} * kMillion || b > Int128{kMost} * kMillion) return std::nullopt;
    return from_millionths(divide_rounded((b - a) * kMillion, a));
}

PriceHistory::PriceHistory(std::vector<Session> sessions, const std::map<Day, Bar>& bars,
                           std::int64_t as_of_ms)
    : sessions_(std::move(sessions)), bars_(sessions_.size() + 1) {
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        const auto found = bars.find(sessions_[i].date);
        if (found != bars.end() && sessions_[i].close_ms <= as_of_ms) bars_[i] = found->second;
    }
}

std::size_t PriceHistory::first_close_after(std::int64_t unix_ms) const {
    const auto found = std::partition_point(sessions_.begin(), sessions_.end(),
                                            [&](const Session& s) { return s.close_ms <= unix_ms; });
    return static_cast<std::size_t>(found - sessions_.begin());
}

std::size_t PriceHistory::first_open_after(std::int64_t unix_ms) const {
    const auto found = std::partition_point(sessions_.begin(), sessions_.end(),
                                            [&](const Session& s) { return s.open_ms <= unix_ms; });
    return static_cast<std::size_t>(found - sessions_.begin());
}

std::size_t PriceHistory::place_of(Day date) const {
    const auto found = std::partition_point(sessions_.begin(), sessions_.end(),
                                            [&](const Session& s) { return s.date < date; });
    return static_cast<std::size_t>(found - sessions_.begin());
}

const std::optional<Bar>& PriceHistory::bar(std::size_t place) const {
    return bars_[std::min(place, sessions_.size())];
}

Returns PriceHistory::returns_from(std::size_t base, std::size_t entry) const {
    Returns returns;
    const auto &first = bar(base), &entered = bar(entry);
    for (std::size_t h = 0; h < kHorizons.size(); ++h) {
        const auto& last = bar(base + static_cast<std::size_t>(kHorizons[h]));
        if (!first || !entered || !last) continue;
        const auto descriptive = price_return(first->close, last->close);
        const auto tradable = price_return(entered->open, last->close);
        if (!descriptive || !tradable) continue;
        returns.descriptive[h] = descriptive;
        returns.tradable[h] = tradable;
    }
    return returns;
}

void follow(FlowEvent& event, const PriceHistory& prices) {
    const std::size_t base = prices.first_close_after(event.known_ms);
    const std::size_t entry = prices.first_open_after(event.known_ms);
    if (entry >= prices.sessions().size()) return;
    event.base = prices.sessions()[base].date;
    event.entry = prices.sessions()[entry].date;
    event.returns = prices.returns_from(base, entry);
}

Returns ordinary_returns(Day session, const PriceHistory& prices) {
    const std::size_t place = prices.place_of(session);
    return prices.returns_from(place, place + 1);
}

Distribution distribution_of(std::vector<double> returns) {
    Distribution all;
    std::sort(returns.begin(), returns.end());
    all.returns = std::move(returns);
    all.up = static_cast<int>(
        std::count_if(all.returns.begin(), all.returns.end(), [](double value) { return value > 0; }));
    all.wilson = wilson(all.up, all.n());
    if (all.returns.empty()) return all;
    all.mean = mean_of(all.returns);
    all.median = median_of(all.returns);
    return all;
}

std::array<HorizonOutcome, kHorizons.size()> compare(const std::vector<FlowEvent>& analogues,
                                                     const std::vector<Returns>& ordinary) {
    std::vector<Returns> followed;
    for (const FlowEvent& event : analogues) followed.push_back(event.returns);
    std::array<HorizonOutcome, kHorizons.size()> outcomes;
    for (std::size_t h = 0; h < kHorizons.size(); ++h) {
        HorizonOutcome& outcome = outcomes[h];
        outcome.sessions = kHorizons[h];
        outcome.descriptive = distribution(followed, &Returns::descriptive, h);
        outcome.tradable = distribution(followed, &Returns::tradable, h);
        outcome.base_descriptive = distribution(ordinary, &Returns::descriptive, h);
        outcome.base_tradable = distribution(ordinary, &Returns::tradable, h);
        outcome.incomplete = static_cast<int>(followed.size()) - outcome.tradable.n();
        outcome.verdict = verdict_of(outcome.tradable, outcome.base_tradable);
    }
    return outcomes;
}

}  // namespace pulse::flow
