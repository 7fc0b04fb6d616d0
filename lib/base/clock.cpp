#include "base/clock.hpp"

#include <fmt/format.h>

#include <chrono>

namespace pulse {

namespace chr = std::chrono;

std::int64_t wall_ms() {
    return chr::duration_cast<chr::milliseconds>(chr::system_clock::now().time_since_epoch()).count();
}

std::int64_t mono_ms() {
    return chr::duration_cast<chr::milliseconds>(chr::steady_clock::now().time_since_epoch()).count();
}

std::string rfc3339_ms(std::int64_t unix_ms) {
    const chr::sys_time<chr::milliseconds> time{chr::milliseconds{unix_ms}};
    const auto day = chr::floor<chr::days>(time);
    const chr::year_month_day ymd{day};
    const chr::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace pulse
