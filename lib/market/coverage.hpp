#pragma once

#include <cstdint>
#include <vector>

namespace pulse {

/// A stretch of event time, both ends inclusive, Unix ms.
struct TimeRange {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// What of `wanted` none of the `known` ranges (any order, overlapping or not) covers, in ascending order.
/// Two known ranges that meet in neighbouring milliseconds leave nothing between them. The ends of a gap are
/// the first and the last millisecond that is not covered.
std::vector<TimeRange> gaps_in(const TimeRange& wanted, std::vector<TimeRange> known);

}  // namespace pulse
