#include "market/date.hpp"

#include <fmt/format.h>

namespace pulse {

std::string date_text(Day day) {
    const auto ymd = civil_from_day(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                       static_cast<unsigned>(ymd.day()));
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
