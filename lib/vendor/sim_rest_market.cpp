// /v1/marketstatus/… of the simulated vendor.
#include <fmt/format.h>

#include <array>

#include "base/clock.hpp"
#include "market/calendar.hpp"
#include "market/new_york.hpp"
#include "vendor/sim_rest.hpp"

namespace pulse {

namespace {

constexpr Day kAhead = 400;  // days of holidays told
constexpr std::array<std::string_view, 2> kExchanges{"NASDAQ", "NYSE"};
constexpr unsigned kSunday = 0, kSaturday = 6;

// The calendar knows days, not names; the month tells all but the first and the last weeks of a year.
std::string_view holiday_name(Day day) {
    const auto date = civil_from_day(day);
    constexpr std::array<std::string_view, 13> kByMonth{"",
                                                        "Martin Luther King, Jr. Day",
                                                        "Washington's Birthday",
                                                        "Good Friday",
                                                        "Good Friday",
                                                        "Memorial Day",
                                                        "Juneteenth",
                                                        "Independence Day",
                                                        "",
                                                        "Labor Day",
                                                        "",
                                                        "Thanksgiving",
                                                        "Christmas"};
    const unsigned month = static_cast<unsigned>(date.month()),
                   day_of_month = static_cast<unsigned>(date.day());
    const bool new_year = (month == 1 && day_of_month <= 2) || (month == 12 && day_of_month == 31);
    return new_year ? "New Years Day" : kByMonth[month];
}

void append_day(std::string& out, Day day) {
    const bool early = is_half_day(day);
    for (const auto exchange : kExchanges) {
        if (out.size() > 1) out += ',';
        fmt::format_to(std::back_inserter(out), R"({{"date":"{}","exchange":"{}","name":"{}","status":"{}")",
                       date_text(day), exchange, holiday_name(day), early ? "early-close" : "closed");
        if (const auto session = session_of(day))
            fmt::format_to(std::back_inserter(out), R"(,"open":"{}","close":"{}")",
                           rfc3339_ms(session->open_ms), rfc3339_ms(session->close_ms));
        out += '}';
    }
}

HttpAnswer json_answer(std::string text) {
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = std::move(text);
    return answer;
}

}  // namespace

HttpAnswer sim_market_now(const SimCall& call) {
    constexpr int kPreMarketMinutes = 4 * 60, kPostMarketMinutes = 20 * 60;
    const Day today = NewYorkClock().date_of(call.wall_ms);
    const auto session = session_of(today);
    const bool early =
        session && call.wall_ms >= new_york_ms(today, kPreMarketMinutes) && call.wall_ms < session->open_ms;
    const bool open = session && call.wall_ms >= session->open_ms && call.wall_ms < session->close_ms;
    const bool after =
        session && call.wall_ms >= session->close_ms && call.wall_ms < new_york_ms(today, kPostMarketMinutes);
    const std::string_view market = open ? "open" : early || after ? "extended-hours" : "closed";
    return json_answer(fmt::format(
        R"({{"afterHours":{},"earlyHours":{},"exchanges":{{"nasdaq":"{}","nyse":"{}","otc":"{}"}},"market":"{}",)"
        R"("serverTime":"{}"}})",
        after, early, market, market, market, market, rfc3339_ms(call.wall_ms)));
}

HttpAnswer sim_market_upcoming(const SimCall& call) {
    const Day today = NewYorkClock().date_of(call.wall_ms);
    std::string text = "[";
    for (Day day = today; day < today + kAhead; ++day) {
        const bool weekend = weekday_of(day) == kSunday || weekday_of(day) == kSaturday;
        if (!weekend && (!is_session(day) || is_half_day(day))) append_day(text, day);
    }
    return json_answer(text + "]");
}

}  // namespace pulse
