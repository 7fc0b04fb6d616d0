// /v2/aggs/ticker/{ticker}/range/1/day/{from}/{to} of the simulated vendor: invented daily bars, a function
// of ticker and date alone.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "market/calendar.hpp"
#include "market/new_york.hpp"
#include "vendor/sim_protocol.hpp"
#include "vendor/sim_rest.hpp"
#include "vendor/tape_roots.hpp"

namespace pulse {

namespace {

constexpr Day kFirstDay = day_from_civil(2003, 9, 10);  // where the vendor's stock history begins

// FNV-1a with a final mix.
std::uint64_t scramble(std::string_view text, std::int64_t salt) {
    auto hash = 0xCBF29CE484222325 ^ static_cast<std::uint64_t>(salt) * 0x9E3779B97F4A7C15;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    hash ^= hash >> 29;
    hash *= 0xBF58476D1CE4E5B9;
    return hash ^ hash >> 32;
}

// 0 … below − 1.
std::int64_t draw(std::string_view ticker, Day day, int what, std::int64_t below) {
    return static_cast<std::int64_t>(scramble(ticker, std::int64_t{day} * 16 + what) %
                                     static_cast<std::uint64_t>(below));
}

// The close in cents: a level of the ticker, a slow wave, and noise of the day.
std::int64_t close_cents(std::string_view ticker, Day day) {
    const std::int64_t level = 2'000 + draw(ticker, 0, 0, 58'000);
    const std::int64_t phase = (day + draw(ticker, 0, 1, 250)) % 250;  // a triangle of 250 days
    const std::int64_t wave = level * (phase < 125 ? phase : 250 - phase) / 1'250;
    return level + wave + level * (draw(ticker, day, 2, 401) - 200) / 10'000;
}

std::string dollars(std::int64_t cents) {
    std::string text = fmt::format("{}.{:02}", cents / 100, cents % 100);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

void append_bar(std::string& out, std::string_view ticker, Day day) {
    const std::int64_t close = close_cents(ticker, day), open = close_cents(ticker, day - 1);
    const std::int64_t high = std::max(open, close) + draw(ticker, day, 3, 1 + close / 100);
    const std::int64_t low = std::min(open, close) - draw(ticker, day, 4, 1 + close / 100);
    const std::int64_t volume = 1'000'000 + draw(ticker, day, 5, 60'000'000);
    fmt::format_to(std::back_inserter(out), R"({{"v":{},"vw":{},"o":{},"c":{},"h":{},"l":{},"t":{},"n":{}}})",
                   volume, dollars((open + close) / 2), dollars(open), dollars(close), dollars(high),
                   dollars(low), new_york_ms(day, 0), volume / 120);
}

bool is_stock(std::string_view ticker, const SimHistory& history) {
    static const std::vector<TapeRoot> roots = all_tape_roots();
    const auto known = [&](const auto& list, auto&& name) {
        return std::any_of(list.begin(), list.end(),
                           [&](const auto& entry) { return name(entry) == ticker; });
    };
    return known(roots, [](const TapeRoot& root) { return sim_underlying(root.name); }) ||
           known(history.contracts(),
                 [](const auto& contract) { return std::string_view(contract.underlying); });
}

// A date, or an instant in Unix ms.
Day bar_day(std::string_view text) {
    const auto ms = sim_number(text);
    return ms && *ms < kMaxUnixMs ? NewYorkClock().date_of(*ms) : sim_date("from/to", text);
}

std::array<std::string_view, 6> parts_of(std::string_view path) {
    std::array<std::string_view, 6> parts;
    for (auto& part : parts) {
        const auto slash = std::min(path.find('/'), path.size());
        part = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    if (!path.empty() || parts.back().empty() || parts[1] != "range")
        throw SimBadRequest("Could not parse the path: use /v2/aggs/ticker/TICKER/range/1/day/FROM/TO");
    if (parts[2] != "1" || parts[3] != "day") throw SimBadRequest("This stand-in has bars of one day only");
    return parts;
}

}  // namespace

HttpAnswer sim_bars(const SimCall& call, const SimHistory& history, std::string_view rest) {
    const SimQuery query(call.request);
    const auto [ticker, range, multiplier, timespan, from, to] = parts_of(rest);
    const bool descending = query.is_second("sort", "asc", "desc");
    const bool unadjusted = query.is_second("adjusted", "true", "false");
    const auto limit = query.limit(5'000, 50'000);
    std::vector<Day> days;
    const Day last_day = std::min(bar_day(to), NewYorkClock().date_of(call.wall_ms));
    if (is_stock(ticker, history))
        for (Day day = std::max(bar_day(from), kFirstDay); day <= last_day; ++day)
            if (is_session(day)) days.push_back(day);
    if (descending) std::reverse(days.begin(), days.end());

    const std::size_t first = std::min<std::size_t>(query.place(), days.size());
    const std::size_t last = std::min<std::size_t>(first + limit, days.size());
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.text = fmt::format(R"({{"ticker":{},"queryCount":{},"resultsCount":{},"adjusted":{},"count":{},)",
                              json_text(ticker), last - first, last - first, !unadjusted, last - first);
    if (last > first && !call.twist.no_results) {
        answer.text += R"("results":[)";
        for (std::size_t i = first; i < last; ++i) {
            if (i > first) answer.text += ',';
            append_bar(answer.text, ticker, days[i]);
        }
        answer.text += "],";
    }
    std::optional<std::uint64_t> next;
    if (last < days.size()) next = last;
    answer.text += sim_page_end(call, query, next);
    return answer;
}

}  // namespace pulse
