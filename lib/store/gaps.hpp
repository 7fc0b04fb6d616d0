#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "market/calendar.hpp"
#include "market/coverage.hpp"
#include "store/connection.hpp"
#include "vendor/history_window.hpp"

namespace pulse::store {

/// One row of the coverage table.
struct CoverageRow {
    std::string ticker;  ///< `*` for all
    bool live = false;   ///< from the stream, else from history
    TimeRange range;
};

/// The coverage that touches `span`. Throws Error(kConfig) when the database has no tables of Pulse yet, and
/// DbError.
std::vector<CoverageRow> read_coverage(Connection& connection, const TimeRange& span);

/// What counts as missing, and how much around it is fetched.
struct GapRule {
    std::vector<std::string> tickers;
    std::int64_t until_ms = 0;  ///< nothing later is asked for: history lags behind
    /// Only what lies before the newest interval of the live stream, and only gaps that history holds to
    /// their end.
    bool before_live = false;
    std::int64_t min_gap_ms = 1'000;  ///< shorter gaps are no gaps: the market isn't that busy at its edges
    /// A late print that arrived during the gap has an earlier time; so far before the gap the tape is read
    /// again.
    std::int64_t late_ms = 20 * 60'000;
};

/// The market time of `sessions` that `coverage` doesn't know, by ticker and in time order. A session of
/// which nothing is known becomes one window over its whole New York date; at the ends of a session a window
/// takes in the hours before the open or after the close, because late prints are reported there. Windows of
/// a ticker don't overlap.
std::vector<HistoryWindow> missing_windows(const std::vector<CoverageRow>& coverage,
                                           std::span<const Session> sessions, const GapRule& rule);

}  // namespace pulse::store
