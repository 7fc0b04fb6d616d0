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
Distribution distribution(const std::vector<Followed>& all, Kind kind, std::size_t horizon) {
    std::vector<double> values;
    for (const Followed& one : all)
        if (const auto& value = (one.returns.*kind)[horizon]) values.push_back(*value);
    return distribution_of(std::move(values));
}

/// Ascending by place.
Ups without_overlap(const std::vector<Followed>& all, std::size_t horizon) {
    Ups ups;
    std::size_t free = 0;  // the first place that no horizon counted so far reaches
    for (const Followed& one : all) {
        const auto& value = one.returns.tradable[horizon];
        if (!value || one.place < free) continue;
        ++ups.n;
        if (*value > 0) ++ups.up;
        free = one.place + static_cast<std::size_t>(kHorizons[horizon]);
    }
    return ups;
}

Independent independent_of(const std::vector<Followed>& analogues, const std::vector<Followed>& ordinary,
                           std::size_t horizon) {
    Independent found{without_overlap(analogues, horizon), without_overlap(ordinary, horizon), {}};
    const Ups &like = found.analogues, &base = found.ordinary;
    if (like.n > 0 && base.n > 0) found.difference = newcombe(like.up, like.n, base.up, base.n);
    return found;
}

// A share among few ordinary sessions is as much chance as one among few analogues.
OutcomeVerdict verdict_of(const Independent& found) {
    if (found.analogues.n < kAnaloguesNeeded || found.ordinary.n < kAnaloguesNeeded)
        return OutcomeVerdict::kInsufficient;
    const bool within = found.difference->low <= 0 && found.difference->high >= 0;
    return within ? OutcomeVerdict::kNoDifference : OutcomeVerdict::kDiffers;
}

std::vector<Followed> by_place(std::vector<Followed> all) {
    std::stable_sort(all.begin(), all.end(),
                     [](const Followed& a, const Followed& b) { return a.place < b.place; });
    return all;
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
        const auto length = static_cast<std::size_t>(kHorizons[h]);
        const auto &last = bar(base + length), &left = bar(entry + length - 1);
        if (!first || !entered || !last || !left) continue;
        const auto descriptive = price_return(first->close, last->close);
        const auto tradable = price_return(entered->open, left->close);
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

Followed followed(const FlowEvent& event, const PriceHistory& prices) {
    return {prices.place_of(event.entry), event.returns};
}

Followed ordinary(Day session, const PriceHistory& prices) {
    const std::size_t place = prices.place_of(session);
    return {place + 1, prices.returns_from(place, place + 1)};
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

std::array<HorizonOutcome, kHorizons.size()> compare(const std::vector<Followed>& analogues,
                                                     const std::vector<Followed>& ordinary) {
    const std::vector<Followed> like = by_place(analogues), base = by_place(ordinary);
    std::array<HorizonOutcome, kHorizons.size()> outcomes;
    for (std::size_t h = 0; h < kHorizons.size(); ++h) {
        HorizonOutcome& outcome = outcomes[h];
        outcome.sessions = kHorizons[h];
        outcome.descriptive = distribution(like, &Returns::descriptive, h);
        outcome.tradable = distribution(like, &Returns::tradable, h);
        outcome.base_descriptive = distribution(base, &Returns::descriptive, h);
        outcome.base_tradable = distribution(base, &Returns::tradable, h);
        outcome.incomplete = static_cast<int>(like.size()) - outcome.tradable.n();
        outcome.independent = independent_of(like, base, h);
        outcome.verdict = verdict_of(outcome.independent);
    }
    return outcomes;
}

}  // namespace pulse::flow
