#include "vendor/source_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "market/new_york.hpp"
#include "vendor/backfill_progress.hpp"

namespace pulse {

namespace {

// A large stock has 3 expirations a week with about 120 contracts each (both sides) near the money, and 3,000
// to 4,000 contracts alive in all: the seven largest have 20 to 30 thousand.
constexpr double kContractsPerExpiry = 120;
constexpr double kExpiriesPerDay = 3.0 / 7;
constexpr double kContractsAlive = 3500;
constexpr double kRequestSeconds = 0.1;  // of one connection: the way there and back, and the server
// 200,000 trades a ticker and session, 130 bytes each, packed ten to one.
constexpr double kRestBytesPerTickerSession = 2.6e6;
constexpr double kFlatBytesPerSession = 70e6;  // packed: seen between 62 and 78 MB
constexpr double kBytesPerSecond = 20e6;       // of a usual line; unpacking and selecting keep up with it

double contracts_of(const SourceQuestion& question, Day days) {
    const auto expiring = [](Day span) { return (span + 1) * kExpiriesPerDay * kContractsPerExpiry; };
    const double all = kContractsAlive + expiring(days);
    return question.unfiltered ? all : std::min(all, expiring(days + question.max_dte - question.min_dte));
}

double requests_of(const SourceQuestion& question, const std::vector<Day>& sessions) {
    if (sessions.empty()) return 0;
    const auto [first, last] = std::minmax_element(sessions.begin(), sessions.end());
    return static_cast<double>(question.tickers) * contracts_of(question, *last - *first);
}

double rest_seconds(const SourceQuestion& question, const std::vector<Day>& sessions) {
    const double line_limit = question.concurrency / kRequestSeconds;
    const double rate = question.rate > 0 ? std::min(question.rate, line_limit) : line_limit;
    return requests_of(question, sessions) / rate + static_cast<double>(question.tickers * sessions.size()) *
                                                        kRestBytesPerTickerSession / kBytesPerSecond;
}

std::string time_text(double seconds) {
    return duration_text(static_cast<std::int64_t>(seconds) + 1);
}

}  // namespace

std::int64_t flat_file_published_ms(Day session) {
    return new_york_ms(session + 1, 11 * 60);
}

SourceChoice choose_source(const SourceQuestion& question) {
    SourceChoice choice;
    if (question.sessions.empty()) {
        choice.why = "there is nothing to fetch";
        return choice;
    }
    std::vector<Day> recent;  // these come over REST in any case
    for (const Day session : question.sessions)
        if (question.now_ms < flat_file_published_ms(session)) recent.push_back(session);
    const std::size_t files = question.sessions.size() - recent.size();
    choice.rest_seconds = rest_seconds(question, question.sessions);
    choice.flat_seconds =
        static_cast<double>(files) * kFlatBytesPerSession / kBytesPerSecond + rest_seconds(question, recent);
    if (!question.flat_credentials) {
        choice.why = "there is no key for the flat files";
    } else if (files == 0) {
        choice.why = fmt::format("the file of {} is not published before 11:00 New York on the next day",
                                 date_text(recent.front()));
    } else {
        choice.flat = choice.flat_seconds < choice.rest_seconds;
        choice.why = fmt::format(
            "about {} contracts over REST take about {}, {} daily file{} of 70 MB{} about {}",
            grouped(static_cast<std::uint64_t>(requests_of(question, question.sessions))),
            time_text(choice.rest_seconds), files, files == 1 ? "" : "s",
            recent.empty() ? "" : " and the newest sessions over REST", time_text(choice.flat_seconds));
    }
    return choice;
}

}  // namespace pulse
