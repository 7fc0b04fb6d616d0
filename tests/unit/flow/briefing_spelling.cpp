#include "briefing_spelling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace pulse::flow::test {

namespace {

/// Seconds since 1970 of an RFC 3339 time in UTC.
std::time_t instant(const std::string& rfc3339) {
    std::tm parts{};
    std::sscanf(rfc3339.c_str(), "%d-%d-%dT%d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                &parts.tm_hour, &parts.tm_min, &parts.tm_sec);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return timegm(&parts);
}

/// The wall in New York by the law in force since 2007: an hour more from the second Sunday of March, 2:00,
/// to the first one of November.
std::string new_york(const std::string& rfc3339, const char* format) {
    const std::time_t utc = instant(rfc3339);
    std::tm standard{};
    const std::time_t shifted = utc - 5 * 3600;
    gmtime_r(&shifted, &standard);
    const auto sunday = [&](int month, int nth, int hour) {
        std::tm first{};
        first.tm_year = standard.tm_year;
        first.tm_mon = month;
        first.tm_mday = 1;
        first.tm_hour = hour;
        const std::time_t start = timegm(&first);
        return start + ((7 - first.tm_wday) % 7 + 7 * (nth - 1)) * 86'400;
    };
    const bool summer = shifted >= sunday(2, 2, 2) && shifted < sunday(10, 1, 1);
    const std::time_t wall = shifted + (summer ? 3600 : 0);
    std::tm parts{};
    gmtime_r(&wall, &parts);
    std::array<char, 32> buffer{};
    std::strftime(buffer.data(), buffer.size(), format, &parts);
    return buffer.data();
}

}  // namespace

std::string printed(const char* format, double value) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, value);
    return buffer.data();
}

std::string commas(std::int64_t value) {
    if (value < 1000) return std::to_string(value);
    return commas(value / 1000) + printed(",%03.0f", static_cast<double>(value % 1000));
}

std::string several(std::int64_t count, const std::string& noun) {
    return commas(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string trimmed(std::string number) {
    if (number.find('.') == std::string::npos) return number;
    number.erase(number.find_last_not_of('0') + 1);
    if (number.back() == '.') number.pop_back();
    return number;
}

// Cents are exact in a double of this size.
std::string money(double dollars) {
    std::int64_t cents = std::llround(dollars * 100), step = 1;
    while (cents / step >= 1000) step *= 10;
    const double rounded = static_cast<double>((cents + step / 2) / step * step) / 100;
    if (rounded >= 1e9) return "$" + trimmed(printed("%.2f", rounded / 1e9)) + "B";
    if (rounded >= 1e6) return "$" + trimmed(printed("%.2f", rounded / 1e6)) + "M";
    if (rounded >= 1e3) return "$" + trimmed(printed("%.2f", rounded / 1e3)) + "K";
    return "$" + trimmed(printed("%.2f", rounded));
}

std::string amount(double dollars) {
    return dollars > 0 ? money(dollars) : "none";
}

std::int64_t percent(double share) {
    return std::int64_t(std::floor(std::round(share * 10'000) / 100 + 0.5));
}

std::string clock_at(const std::string& rfc3339) {
    return new_york(rfc3339, "%H:%M");
}
std::string date_at(const std::string& rfc3339) {
    return new_york(rfc3339, "%Y-%m-%d");
}

std::string duration(std::int64_t seconds) {
    if (seconds >= 86'400) return several(seconds / 86'400, "day");
    if (seconds >= 3600) return std::to_string(seconds / 3600) + " h";
    if (seconds >= 60) return std::to_string(seconds / 60) + " min";
    return std::to_string(std::max<std::int64_t>(seconds, 0)) + " s";
}

std::string signed_percent(double fraction) {
    const double tenths = std::round(std::round(fraction * 1e6) / 1e3);
    if (tenths == 0) return "0.0 %";
    return printed("%+.1f", tenths / 10) + " %";
}

std::string points(double difference) {
    const double whole = std::round(std::round(difference * 10'000) / 100);
    return whole == 0 ? "0" : printed("%+.0f", whole);
}

Count::Count(std::vector<double> returns) : n(static_cast<std::int64_t>(returns.size())) {
    std::sort(returns.begin(), returns.end());
    for (const double value : returns) up += value > 0 ? 1 : 0;
    if (n == 0) return;
    const std::size_t middle = returns.size() / 2;
    median = returns.size() % 2 == 1 ? returns[middle] : (returns[middle - 1] + returns[middle]) / 2;
    median = std::round(std::round(median * 1e7) / 10) / 1e6;
}

double Count::bound(int sign) const {
    double in = share(), out = sign < 0 ? 0 : 1;
    for (int i = 0; i < 100; ++i) {
        const double p = (in + out) / 2;
        const double error = 1.959963984540054 * std::sqrt(p * (1 - p) / static_cast<double>(n));
        (std::abs(p - share()) <= error ? in : out) = p;
    }
    return in;
}

}  // namespace pulse::flow::test
