#include "flow/parameters.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "market/date.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

constexpr Day kFirstDay = day_from_civil(1970, 1, 2);
constexpr Day kLastDay = day_from_civil(9999, 12, 29);
constexpr std::int64_t kDayMs = 86'400'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes an instant apart from its left.
struct Scanner {
    std::string_view text;
    std::size_t at = 0;

    bool take(char wanted) {
        if (at >= text.size() || text[at] != wanted) return false;
        ++at;
        return true;
    }
    /// Two digits, at most `max`; -1 when there are none.
    int take_two(int max) {
        if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
        const int value = (text[at] - '0') * 10 + (text[at + 1] - '0');
        at += 2;
        return value <= max ? value : -1;
    }
    /// The milliseconds of one to nine digits after the point; -1 when it is none of that.
    int take_fraction() {
        int ms = 0;
        std::size_t digits = 0;
        for (; at < text.size() && is_digit(text[at]); ++at, ++digits)
            if (digits < 3) ms = ms * 10 + (text[at] - '0');
        for (std::size_t i = digits; i < 3; ++i) ms *= 10;
        return digits >= 1 && digits <= 9 ? ms : -1;
    }
    /// Minutes east of Greenwich.
    std::optional<int> take_offset() {
        if (take('Z') || take('z')) return 0;
        const bool east = take('+');
        if (!east && !take('-')) return std::nullopt;
        const int hours = take_two(23);
        if (hours < 0 || !take(':')) return std::nullopt;
        const int minutes = take_two(59);
        if (minutes < 0) return std::nullopt;
        return (east ? 1 : -1) * (hours * 60 + minutes);
    }
};

// RFC 3339, section 5.6. A leap second is no time an exchange knows.
std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
    const auto day = parse_date(text.substr(0, 10));
    Scanner scan{text, 10};
    if (!day || !(scan.take('T') || scan.take('t'))) return std::nullopt;
    const int hour = scan.take_two(23);
    const bool first_colon = scan.take(':');
    const int minute = scan.take_two(59);
    const bool second_colon = scan.take(':');
    const int second = scan.take_two(59);
    const int ms = scan.take('.') ? scan.take_fraction() : 0;
    const auto offset = scan.take_offset();
    if (hour < 0 || minute < 0 || second < 0 || ms < 0 || !first_colon || !second_colon || !offset ||
        scan.at != text.size())
        return std::nullopt;
    return *day * kDayMs + ((hour * std::int64_t{60} + minute - *offset) * 60 + second) * 1000 + ms;
}

}  // namespace

std::int64_t read_number(std::string_view name, std::string_view text, std::int64_t min, std::int64_t max) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool plain = !text.empty() && is_digit(text.front());
    if (!plain || error != std::errc{} || end != text.data() + text.size() || value < min || value > max)
        throw ParameterError(std::string(name),
                             fmt::format("{} must be a whole number from {} to {}", name, min, max));
    return value;
}

std::vector<std::string> read_list(std::string_view name, std::string_view text) {
    std::vector<std::string> entries;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        if (comma == from)
            throw ParameterError(
                std::string(name),
                fmt::format("{} must be a comma-separated list without empty entries", name));
        entries.emplace_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return entries;
}

std::int64_t read_instant(std::string_view name, std::string_view text, bool end_of_day) {
    const auto fail = [&] {
        return ParameterError(std::string(name),
                              fmt::format("{} must be a date like 2025-12-05 (New York) or an instant like "
                                          "2025-12-05T15:30:20.676Z or "
                                          "2025-12-05T10:30:20-05:00 (in a URL + is written %2B), 1970 to "
                                          "9999",
                                          name));
    };
    if (const auto day = parse_date(text)) {
        if (*day < kFirstDay || *day > kLastDay) throw fail();
        return end_of_day ? new_york_ms(*day + 1, 0) - 1 : new_york_ms(*day, 0);
    }
    const auto instant = parse_rfc3339(text);
    if (!instant || *instant < 0 || *instant > kMaxUnixMs) throw fail();
    return *instant;
}

}  // namespace pulse::flow
