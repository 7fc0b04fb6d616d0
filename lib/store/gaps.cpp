#include "store/gaps.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "market/new_york.hpp"

namespace pulse::store {

namespace {

bool is_about(const CoverageRow& row, const std::string& ticker) {
    return row.ticker == ticker || row.ticker == "*";
}

std::vector<TimeRange> known_of(const std::vector<CoverageRow>& coverage, const std::string& ticker) {
    std::vector<TimeRange> known;
    for (const CoverageRow& row : coverage)
        if (is_about(row, ticker)) known.push_back(row.range);
    return known;
}

// Start of the newest live interval, or nothing before the stream's first one.
std::int64_t newest_live_ms(const std::vector<CoverageRow>& coverage, const std::string& ticker) {
    std::int64_t newest = 0;
    for (const CoverageRow& row : coverage)
        if (row.live && is_about(row, ticker)) newest = std::max(newest, row.range.from_ms);
    return newest;
}

HistoryWindow window_around(const std::string& ticker, const Session& session, const TimeRange& gap,
                            const GapRule& rule) {
    const std::int64_t day_begin = new_york_ms(session.date, 0);
    const std::int64_t day_end = new_york_ms(session.date + 1, 0);
    HistoryWindow window{ticker, session.date, day_begin, day_end, gap.from_ms, gap.to_ms};
    if (gap.from_ms > session.open_ms) window.begin_ms = std::max(day_begin, gap.from_ms - rule.late_ms);
    // The millisecond in which the stream came back is read again: it may have held more than the stream saw.
    if (gap.to_ms < session.close_ms) window.end_ms = gap.to_ms + 2;
    window.end_ms = std::min(window.end_ms, rule.until_ms);
    return window;
}

// Beside a running stream a gap that history doesn't reach the end of yet is left for later: fetched in
// slices, it would cost a request a contract each time.
bool still_grows(const TimeRange& gap, const Session& session, const GapRule& rule) {
    return rule.before_live && gap.to_ms < session.close_ms && gap.to_ms + 1 >= rule.until_ms;
}

}  // namespace

std::vector<CoverageRow> read_coverage(Connection& connection, const TimeRange& span) {
    if (connection.run("SELECT to_regclass('coverage')").front().null(0, 0))
        throw Error(Exit::kConfig,
                    "no table `coverage` in " + connection.where() +
                        ": create the tables with pg-sink --migrate-only, or check the database's name");
    const Result rows = connection.query(
        "SELECT ticker, source = 'live', (extract(epoch FROM from_time) * 1000)::bigint, "
        "(extract(epoch FROM to_time) * 1000)::bigint FROM coverage "
        "WHERE to_time >= timestamptz 'epoch' + $1::bigint * interval '1 ms' "
        "AND from_time <= timestamptz 'epoch' + $2::bigint * interval '1 ms'",
        {std::to_string(span.from_ms), std::to_string(span.to_ms)});
    std::vector<CoverageRow> coverage;
    for (int i = 0; i < rows.rows(); ++i)
        coverage.push_back(
            {std::string(rows.text(i, 0)), rows.text(i, 1) == "t", {rows.integer(i, 2), rows.integer(i, 3)}});
    return coverage;
}

std::vector<HistoryWindow> missing_windows(const std::vector<CoverageRow>& coverage,
                                           std::span<const Session> sessions, const GapRule& rule) {
    std::vector<HistoryWindow> windows;
    for (const std::string& ticker : rule.tickers) {
        const auto known = known_of(coverage, ticker);
        const std::int64_t until_ms =
            rule.before_live ? std::min(rule.until_ms, newest_live_ms(coverage, ticker)) : rule.until_ms;
        std::int64_t fetched_ms = 0;  // by the windows so far: reading a print twice would make it two
        for (const Session& session : sessions) {
            const TimeRange wanted{session.open_ms, std::min(session.close_ms, until_ms - 1)};
            for (const TimeRange& gap : gaps_in(wanted, known)) {
                if (gap.to_ms - gap.from_ms + 1 < rule.min_gap_ms || still_grows(gap, session, rule))
                    continue;
                HistoryWindow window = window_around(ticker, session, gap, rule);
                window.begin_ms = std::max(window.begin_ms, fetched_ms);
                fetched_ms = window.end_ms;
                windows.push_back(std::move(window));
            }
        }
    }
    return windows;
}

}  // namespace pulse::store
