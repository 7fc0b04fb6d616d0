#include "vendor/tape_expiries.hpp"

#include <algorithm>

#include "market/calendar.hpp"

namespace pulse {

namespace {

constexpr unsigned kMonday = 1;
constexpr unsigned kWednesday = 3;
constexpr unsigned kFriday = 5;
constexpr Day kNearDays = 14;       // dailies, Mondays and Wednesdays are listed about two weeks ahead
constexpr Day kWeeklyDays = 7 * 7;  // Fridays some weeks ahead
constexpr int kMonthsAhead = 24;
constexpr int kEveryMonthAhead = 4;  // then quarters only

constexpr Day kShortTermListed = day_from_civil(2026, 1, 26);
constexpr Day kFirstShortTerm = day_from_civil(2026, 2, 2);
constexpr Day kSaturdaysEnd = day_from_civil(2015, 2, 1);

Day session_not_after(Day day) {
    while (!is_session(day)) --day;
    return day;
}

Day monthly_expiry(int year, unsigned month) {
    const Day first = day_from_civil(year, month, 1);
    const Day third_friday = first + static_cast<Day>((kFriday + 7 - weekday_of(first)) % 7) + 14;
    if (third_friday < kSaturdaysEnd) return third_friday + 1;
    return session_not_after(third_friday);
}

void add_near(std::vector<Day>& out, Day day, ExpiryCycle cycle) {
    for (Day d = day; d < day + kNearDays; ++d) {
        if (!is_session(d)) continue;
        const bool short_term = day >= kShortTermListed && d >= kFirstShortTerm &&
                                (weekday_of(d) == kMonday || weekday_of(d) == kWednesday);
        if (cycle == ExpiryCycle::kDaily || (cycle == ExpiryCycle::kMonWedFri && short_term))
            out.push_back(d);
    }
}

void add_fridays(std::vector<Day>& out, Day day) {
    for (Day d = day; d < day + kWeeklyDays; ++d)
        if (weekday_of(d) == kFriday) out.push_back(session_not_after(d));
}

void add_monthlies(std::vector<Day>& out, Day day) {
    const auto today = civil_from_day(day);
    int year = static_cast<int>(today.year());
    auto month = static_cast<unsigned>(today.month());
    for (int ahead = 0; ahead <= kMonthsAhead; ++ahead) {
        if (ahead <= kEveryMonthAhead || month % 3 == 0 || month == 1)
            out.push_back(monthly_expiry(year, month));
        if (++month > 12) {
            month = 1;
            ++year;
        }
    }
}

}  // namespace

std::vector<Day> tape_expiries(Day day, ExpiryCycle cycle) {
    std::vector<Day> out;
    const bool weekly = cycle != ExpiryCycle::kMonthly && cycle != ExpiryCycle::kAdjusted;
    if (weekly) {
        add_near(out, day, cycle);
        add_fridays(out, day);
    }
    add_monthlies(out, day);
    std::erase_if(out, [&](Day d) { return d < day; });
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace pulse
