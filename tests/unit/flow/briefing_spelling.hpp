#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pulse::flow::test {

/// How a briefing has to spell what its evidence holds: written anew from the rules, for the tests' reader.

std::string printed(const char* format, double value);
/// 4300 → 4,300.
std::string commas(std::int64_t value);
std::string several(std::int64_t count, const std::string& noun);
/// 12.50 → 12.5, 12.00 → 12.
std::string trimmed(std::string number);
/// Three digits, half up, with K, M or B.
std::string money(double dollars);
/// Money, or `none`.
std::string amount(double dollars);
std::int64_t percent(double share);
/// New York's time of day and date at an RFC 3339 time in UTC.
std::string clock_at(const std::string& rfc3339);
std::string date_at(const std::string& rfc3339);
std::string duration(std::int64_t seconds);
std::string signed_percent(double fraction);
/// Whole percentage points with their sign.
std::string points(double difference);

/// How often the stock rose, in how many sessions, and the middle one.
struct Count {
    std::int64_t up = 0, n = 0;
    double median = 0;

    explicit Count(std::vector<double> returns);
    Count(std::int64_t ups, std::int64_t all) : up(ups), n(all) {}
    [[nodiscard]] double share() const { return static_cast<double>(up) / static_cast<double>(n); }
    /// The share of ups for which what was seen is `sign` × 1.96 standard errors away, by bisection.
    [[nodiscard]] double bound(int sign) const;
};

}  // namespace pulse::flow::test
