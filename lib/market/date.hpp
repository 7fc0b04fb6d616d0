#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulse {

/// A calendar date as days since 1970-01-01. Differences are calendar days.
using Day = std::int32_t;

constexpr Day day_from_civil(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{month},
                                          std::chrono::day{day}};
    return static_cast<Day>(std::chrono::sys_days{ymd}.time_since_epoch().count());
}

constexpr std::chrono::year_month_day civil_from_day(Day day) {
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}};
}

/// 0 = Sunday … 6 = Saturday.
constexpr unsigned weekday_of(Day day) {
    return std::chrono::weekday{std::chrono::sys_days{std::chrono::days{day}}}.c_encoding();
}

/// YYYY-MM-DD. Valid for the years 0000 to 9999.
std::string date_text(Day day);
/// The same ten characters at `at`; their end.
char* write_date(char* at, Day day);

/// Strict YYYY-MM-DD with a date that exists; nothing otherwise.
std::optional<Day> parse_date(std::string_view text);

}  // namespace pulse
