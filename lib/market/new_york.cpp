#include "market/new_york.hpp"

#include <date/tz.h>

#include "base/error.hpp"

namespace pulse {

namespace {

// Libraries spell `days` and `year` like std::chrono does: this file uses the date library by full name only.
const date::time_zone& new_york() {
    static const date::time_zone* const zone = [] {
        try {
            return date::locate_zone("America/New_York");
        } catch (const std::exception&) {
            throw Error(Exit::kConfig, "time zone America/New_York not found: install the package tzdata");
        }
    }();
    return *zone;
}

std::int64_t to_unix_ms(date::local_time<std::chrono::milliseconds> local) {
    return std::chrono::floor<std::chrono::milliseconds>(new_york().to_sys(local, date::choose::earliest))
        .time_since_epoch()
        .count();
}

}  // namespace

std::int64_t new_york_ms(Day day, int minutes) {
    const date::local_days midnight{date::days{day}};
    return to_unix_ms(midnight + std::chrono::minutes{minutes});
}

void NewYorkClock::look_up(std::int64_t unix_ms) {
    const date::sys_time<std::chrono::milliseconds> instant{std::chrono::milliseconds{unix_ms}};
    const auto local_day = date::floor<date::days>(new_york().to_local(instant));
    day_ = static_cast<Day>(local_day.time_since_epoch().count());
    day_start_ms_ = new_york_ms(day_, 0);
    day_end_ms_ = new_york_ms(day_ + 1, 0);
}

}  // namespace pulse
