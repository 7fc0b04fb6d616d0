#include <simdjson.h>

#include <charconv>

#include "vendor/rest_rows.hpp"

namespace pulse {

namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr std::int64_t kMsPerDay = 86'400'000;

/// `hh:mm:ss` with fraction and zone behind a date, as ms from that date's midnight UTC; nothing when it is
/// none.
std::optional<std::int64_t> read_clock(std::string_view text) {
    const auto two_digits = [&](std::size_t at, int max) -> std::optional<int> {
        int value = 0;
        if (text.size() < at + 2) return std::nullopt;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, value);
        if (error != std::errc{} || end != text.data() + at + 2 || value > max || value < 0)
            return std::nullopt;
        return value;
    };
    const auto hour = two_digits(0, 23);
    const auto minute = two_digits(3, 59);
    if (!hour || !minute || text.size() < 6) return std::nullopt;
    const std::int64_t ms = (*hour * 60 + *minute) * kMsPerMinute;
    const std::size_t zone = text.find_first_of("Z+-", 5);
    if (zone == std::string_view::npos) return std::nullopt;
    if (text[zone] == 'Z') return ms;
    const auto zone_hour = two_digits(zone + 1, 23);
    const auto zone_minute = two_digits(zone + 4, 59);
    if (!zone_hour || !zone_minute) return std::nullopt;
    const std::int64_t offset_ms = (*zone_hour * 60 + *zone_minute) * kMsPerMinute;
    return text[zone] == '+' ? ms - offset_ms : ms + offset_ms;
}

std::int64_t read_instant(std::string_view text) {
    const auto day = parse_date(text.substr(0, 10));
    if (!day || text.size() < 11 || text[10] != 'T') return 0;
    const auto clock = read_clock(text.substr(11));
    return clock ? *day * kMsPerDay + *clock : 0;
}

std::optional<RestHoliday> read_holiday(dom::element entry) {
    RestHoliday out;
    std::string_view date, status, exchange, close;
    if (entry["date"].get_string().get(date) != simdjson::SUCCESS ||
        entry["status"].get_string().get(status) != simdjson::SUCCESS)
        return std::nullopt;
    const auto day = parse_date(date);
    if (!day || (status != "closed" && status != "early-close")) return std::nullopt;
    out.date = *day;
    out.closed = status == "closed";
    if (entry["exchange"].get_string().get(exchange) == simdjson::SUCCESS) out.exchange = exchange;
    if (!out.closed && entry["close"].get_string().get(close) == simdjson::SUCCESS)
        out.close_ms = read_instant(close);
    return out;
}

}  // namespace

std::optional<std::vector<RestHoliday>> RestRowReader::read_holidays(std::string_view body) {
    dom::parser parser;
    dom::array entries;
    const simdjson::padded_string padded(body);
    if (parser.parse(padded).get_array().get(entries) != simdjson::SUCCESS) return std::nullopt;
    std::vector<RestHoliday> out;
    for (const dom::element entry : entries)
        if (auto holiday = read_holiday(entry)) out.push_back(std::move(*holiday));
    return out;
}

}  // namespace pulse
