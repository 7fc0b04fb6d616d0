#include "flow/briefing_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

/// `digits` × 10^`exponent`, at most three digits, the nearest to the value.
struct Rounded {
    std::int64_t digits = 0;
    std::int32_t exponent = 0;
};

Rounded three_digits(const Decimal& value) {
    Rounded rounded{value.digits, -value.scale};
    bool up = false;
    for (; rounded.digits >= 1000; rounded.digits /= 10, ++rounded.exponent) up = rounded.digits % 10 >= 5;
    if (up) ++rounded.digits;
    return rounded;
}

std::string plain(std::int64_t digits, std::int32_t exponent) {
    return decimal_text(make_decimal(digits, -exponent).value_or(Decimal{}));
}

std::int64_t whole_percent(double share) {
    // Shares are published with four decimals: what is rounded here is what readers have.
    const auto published = parse_decimal(fmt::format("{:.4f}", share)).value_or(Decimal{});
    std::int64_t digits = published.digits;
    for (std::int32_t place = published.scale; place < 4; ++place) digits *= 10;
    return (digits + 50) / 100;
}

/// The exponent of ten at which a positive value has two digits before the point.
std::int32_t two_digit_exponent(double value) {
    std::int32_t exponent = 0;
    while (value >= 100) value /= 10, ++exponent;
    while (value < 10) value *= 10, --exponent;
    return exponent;
}

double shifted(double value, std::int32_t exponent) {
    return exponent < 0 ? value * std::pow(10.0, -exponent) : value / std::pow(10.0, exponent);
}

}  // namespace

std::string money_text(const Decimal& dollars) {
    struct Unit {
        std::int32_t exponent;
        std::string_view letter;
    };
    constexpr std::array kUnits{Unit{9, "B"}, Unit{6, "M"}, Unit{3, "K"}};
    const Rounded rounded = three_digits(dollars);
    const auto size = static_cast<std::int32_t>(std::to_string(rounded.digits).size());
    for (const Unit& unit : kUnits)
        if (rounded.exponent + size > unit.exponent)
            return fmt::format("${}{}", plain(rounded.digits, rounded.exponent - unit.exponent), unit.letter);
    return "$" + plain(rounded.digits, rounded.exponent);
}

std::string count_text(std::int64_t count) {
    std::string text = std::to_string(count);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
    return text;
}

std::string counted(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count_text(count), noun, count == 1 ? "" : "s");
}

std::string share_text(double share) {
    const std::int64_t percent = whole_percent(share);
    if (percent == 0 && share > 0) return "under 1 %";
    if (percent == 100 && share < 1) return "over 99 %";
    return fmt::format("{} %", percent);
}

std::string percent_text(std::int64_t part, std::int64_t whole) {
    return fmt::format("{} %", (200 * part + whole) / (2 * whole));
}

std::string interval_text(double low, double high) {
    return fmt::format("{}–{} %", whole_percent(low), whole_percent(high));
}

std::string return_text(double value) {
    const std::int64_t millionths = std::llround(value * 1'000'000);
    const std::int64_t permille = (std::abs(millionths) + 500) / 1000;
    const char* const sign = permille == 0 ? "" : millionths < 0 ? "-" : "+";
    return fmt::format("{}{}.{} %", sign, permille / 10, permille % 10);
}

std::string points_text(double difference) {
    // Of a number published with four decimals, as shares are.
    const std::int64_t points = (std::llround(std::abs(difference) * 10'000) + 50) / 100;
    return fmt::format("{}{}", points == 0 ? "" : difference < 0 ? "-" : "+", points);
}

std::string names_text(const std::vector<std::string>& tickers) {
    constexpr std::size_t kMostNames = 7;
    if (tickers.size() > kMostNames) return fmt::format("{} tickers", tickers.size());
    return fmt::format("{}", fmt::join(tickers, ", "));
}

std::string bound_text(double p) {
    if (!(p > 0)) return "0";
    const std::int32_t exponent = two_digit_exponent(p);
    // 7e-4 × 10^5 is 70.00000000000001: no reason to say 0.00071.
    const double digits = std::ceil(shifted(p, exponent) - 1e-9);
    return plain(static_cast<std::int64_t>(digits), exponent);
}

std::string nearby_text(double value) {
    if (!(value > 0)) return "0";
    const std::int32_t exponent = two_digit_exponent(value);
    const std::int64_t digits = std::llround(shifted(value, exponent));
    if (exponent < 0) return plain(digits, exponent);
    std::int64_t whole = digits;
    for (std::int32_t i = 0; i < std::min(exponent, 16); ++i) whole *= 10;
    return count_text(whole);
}

std::string clock_text(std::int64_t unix_ms) {
    NewYorkClock clock;
    const Day day = clock.date_of(std::clamp<std::int64_t>(unix_ms, 0, kMaxUnixMs));
    const std::int64_t minute_ms = unix_ms - unix_ms % kMinuteMs;
    // On the two Sundays a year that are an hour shorter or longer, minutes since midnight aren't the wall's.
    auto minutes = static_cast<int>((unix_ms - clock.day_start_ms()) / kMinuteMs);
    for (const int shift : {60, -60})
        if (new_york_ms(day, minutes) != minute_ms && new_york_ms(day, minutes + shift) == minute_ms)
            minutes += shift;
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string day_text(std::int64_t unix_ms) {
    NewYorkClock clock;
    return date_text(clock.date_of(std::clamp<std::int64_t>(unix_ms, 0, kMaxUnixMs)));
}

std::string duration_text(std::int64_t seconds) {
    constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
    if (seconds >= kDay) return counted(seconds / kDay, "day");
    if (seconds >= kHour) return fmt::format("{} h", seconds / kHour);
    if (seconds >= kMinute) return fmt::format("{} min", seconds / kMinute);
    return fmt::format("{} s", std::max<std::int64_t>(seconds, 0));
}

std::string_view side_word(OptionSide side) {
    return side == OptionSide::kCall ? "call" : "put";
}

std::string_view side_letter(OptionSide side) {
    return side == OptionSide::kCall ? "C" : "P";
}

}  // namespace pulse::flow
