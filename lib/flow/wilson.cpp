#include <algorithm>
#include <cmath>

#include "flow/outcomes.hpp"

namespace pulse::flow {

// Wilson, E. B. (1927): the shares for which the observed one lies within z standard errors.
Interval wilson(std::int64_t hits, std::int64_t n) {
    if (n <= 0) return {};
    constexpr double kZ = 1.959963984540054;  // 97.5 % of the normal distribution lie below
    const double count = static_cast<double>(n);
    const double share = static_cast<double>(hits) / count;
    const double scale = 1 + kZ * kZ / count;
    const double center = (share + kZ * kZ / (2 * count)) / scale;
    const double half = kZ / scale * std::sqrt(share * (1 - share) / count + kZ * kZ / (4 * count * count));
    // At the ends the exact bounds are 0 and 1; the sums above miss them by a rounding error.
    return {hits == 0 ? 0.0 : std::max(0.0, center - half), hits == n ? 1.0 : std::min(1.0, center + half)};
}

// Newcombe, R. G. (1998): how far each share may lie from what was seen, added like errors of two
// measurements.
Interval newcombe(std::int64_t hits, std::int64_t n, std::int64_t other_hits, std::int64_t other_n) {
    const double share = static_cast<double>(hits) / static_cast<double>(n);
    const double other = static_cast<double>(other_hits) / static_cast<double>(other_n);
    const Interval own = wilson(hits, n), others = wilson(other_hits, other_n);
    return {share - other - std::hypot(share - own.low, others.high - other),
            share - other + std::hypot(own.high - share, other - others.low)};
}

}  // namespace pulse::flow
