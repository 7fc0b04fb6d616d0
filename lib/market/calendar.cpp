#include "market/calendar.hpp"

#include <array>

#include "market/new_york.hpp"

namespace pulse {

namespace {

constexpr int kOpenMinutes = 9 * 60 + 30;
constexpr int kCloseMinutes = 16 * 60;
constexpr int kHalfDayCloseMinutes = 13 * 60;
constexpr unsigned kSunday = 0, kMonday = 1, kThursday = 4, kSaturday = 6;

/// Days the exchange closed for reasons no rule knows.
constexpr std::array kUnplannedClosures{
    day_from_civil(2012, 10, 29),                               // hurricane Sandy
    day_from_civil(2012, 10, 30), day_from_civil(2018, 12, 5),  // mourning for George H. W. Bush
    day_from_civil(2025, 1, 9),                                 // mourning for Jimmy Carter
};

Day nth_weekday(int year, unsigned month, unsigned weekday, int n) {
    const Day first = day_from_civil(year, month, 1);
    return first + static_cast<Day>((weekday + 7 - weekday_of(first)) % 7) + 7 * (n - 1);
}

Day last_monday_of_may(int year) {
    const Day last = day_from_civil(year, 5, 31);
    return last - static_cast<Day>((weekday_of(last) + 7 - kMonday) % 7);
}

/// Gregorian Easter Sunday (Meeus, Jones, Butcher).
Day easter(int year) {
    const int a = year % 19, b = year / 100, c = year % 100;
    const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    const int m = (a + 11 * h + 22 * l) / 451;
    const int month = (h + l - 7 * m + 114) / 31;
    const int day = (h + l - 7 * m + 114) % 31 + 1;
    return day_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

/// A fixed-date holiday as observed: Sunday moves to Monday, Saturday to Friday.
Day observed(Day day) {
    if (weekday_of(day) == kSunday) return day + 1;
    return weekday_of(day) == kSaturday ? day - 1 : day;
}

bool is_holiday(Day day) {
    const int year = static_cast<int>(civil_from_day(day).year());
    const Day new_year = day_from_civil(year, 1, 1);
    // New Year's Day on a Saturday isn't made up for: the Friday belongs to the old year's books (NYSE
    // rule 7.2).
    if (weekday_of(new_year) != kSaturday && day == observed(new_year)) return true;
    if (year >= 2022 && day == observed(day_from_civil(year, 6, 19))) return true;
    return day == nth_weekday(year, 1, kMonday, 3) || day == nth_weekday(year, 2, kMonday, 3) ||
           day == easter(year) - 2 || day == last_monday_of_may(year) ||
           day == observed(day_from_civil(year, 7, 4)) || day == nth_weekday(year, 9, kMonday, 1) ||
           day == nth_weekday(year, 11, kThursday, 4) || day == observed(day_from_civil(year, 12, 25));
}

}  // namespace

bool is_session(Day day) {
    const unsigned weekday = weekday_of(day);
    if (weekday == kSunday || weekday == kSaturday || is_holiday(day)) return false;
    for (const Day closed : kUnplannedClosures)
        if (day == closed) return false;
    return true;
}

bool is_half_day(Day day) {
    const int year = static_cast<int>(civil_from_day(day).year());
    if (!is_session(day)) return false;
    return day == nth_weekday(year, 11, kThursday, 4) + 1 || day == day_from_civil(year, 12, 24) ||
           day == day_from_civil(year, 7, 3);
}

std::optional<Session> session_of(Day day) {
    if (!is_session(day)) return std::nullopt;
    const int close = is_half_day(day) ? kHalfDayCloseMinutes : kCloseMinutes;
    return Session{day, new_york_ms(day, kOpenMinutes), new_york_ms(day, close)};
}

std::vector<Session> sessions_between(Day first, Day last, std::span<const CalendarChange> changes) {
    std::vector<Session> sessions;
    for (Day day = first; day <= last; ++day) {
        auto session = session_of(day);
        for (const CalendarChange& change : changes) {
            if (change.date != day || !session) continue;
            if (change.close_ms)
                session->close_ms = *change.close_ms;
            else
                session.reset();
        }
        if (session) sessions.push_back(*session);
    }
    return sessions;
}

Session last_session(std::int64_t unix_ms) {
    NewYorkClock clock;
    for (Day day = clock.date_of(unix_ms);; --day) {
        const auto session = session_of(day);
        if (session && session->open_ms <= unix_ms) return *session;
    }
}

}  // namespace pulse
