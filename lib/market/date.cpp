#include "market/date.hpp"

namespace pulse {

namespace {

char* write_two(char* at, unsigned value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
    return at + 2;
}

}  // namespace

char* write_date(char* at, Day day) {
    const auto ymd = civil_from_day(day);
    const auto year = static_cast<unsigned>(static_cast<int>(ymd.year()));
    at = write_two(at, year / 100);
    at = write_two(at, year % 100);
    *at++ = '-';
    at = write_two(at, static_cast<unsigned>(ymd.month()));
    *at++ = '-';
    return write_two(at, static_cast<unsigned>(ymd.day()));
}

std::string date_text(Day day) {
    char text[10];
    return {text, write_date(text, day)};
}

std::optional<Day> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    unsigned parts[3] = {0, 0, 0};  // year, month, day
    for (std::size_t i = 0, part = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7) {
            ++part;
        } else if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        } else {
            parts[part] = parts[part] * 10 + static_cast<unsigned>(text[i] - '0');
        }
    }
    const std::chrono::year_month_day ymd{std::chrono::year{static_cast<int>(parts[0])},
                                          std::chrono::month{parts[1]}, std::chrono::day{parts[2]}};
    if (!ymd.ok()) return std::nullopt;
    return static_cast<Day>(std::chrono::sys_days{ymd}.time_since_epoch().count());
}

}  // namespace pulse
