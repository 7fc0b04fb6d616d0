#include "market/coverage.hpp"

#include <algorithm>

namespace pulse {

std::vector<TimeRange> gaps_in(const TimeRange& wanted, std::vector<TimeRange> known) {
    std::sort(known.begin(), known.end(),
              [](const TimeRange& a, const TimeRange& b) { return a.from_ms < b.from_ms; });
    std::vector<TimeRange> gaps;
    std::int64_t next_ms = wanted.from_ms;  // everything wanted before it is decided
    for (const TimeRange& range : known) {
        if (next_ms > wanted.to_ms) break;
        if (range.from_ms > next_ms) gaps.push_back({next_ms, std::min(range.from_ms - 1, wanted.to_ms)});
        next_ms = std::max(next_ms, range.to_ms + 1);
    }
    if (next_ms <= wanted.to_ms) gaps.push_back({next_ms, wanted.to_ms});
    return gaps;
}

}  // namespace pulse
