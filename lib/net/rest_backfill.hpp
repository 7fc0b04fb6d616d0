#pragma once

#include <functional>
#include <string>
#include <vector>

#include "net/fetch_run.hpp"
#include "pipe/journal.hpp"
#include "pipe/output.hpp"
#include "pipe/rejects.hpp"
#include "vendor/backfill_progress.hpp"
#include "vendor/bars_task.hpp"
#include "vendor/fetch_scheduler.hpp"
#include "vendor/rest_rows.hpp"
#include "vendor/trades_backfill.hpp"

namespace pulse {

/// How the vendor's REST service is asked.
struct RestOptions {
    FetchLimits limits;
    FetchNetOptions net;  ///< with the key
};

struct TradesBackfillOptions {
    TradesJob job;
    RestOptions rest;
    /// A session that an earlier run didn't finish is fetched from its start: for readers that count over
    /// sessions.
    bool whole_sessions = false;
    /// Called about four times a second; `progress` has the line to show.
    std::function<void(const BackfillProgress& progress, std::int64_t now_ms)> on_progress;
};

struct RestBackfillResult {
    TradesResult trades;
    FetchScheduler::Counts requests;
};

/// Fetches trades over REST and writes them and their watermarks. `journal` (with trades_state_header())
/// remembers what is finished and may be null; it is compacted here when that pays. `result` is filled also
/// when this throws, for a summary. What was fetched is written before it throws: ReaderGone, after which the
/// journal forgets this run because the reader may have lost what it took, what run_fetches() and Rejects
/// throw, and Error(kIo). Returns early when a stop was requested.
void run_trades_backfill(const TradesBackfillOptions& options, Output& output, Rejects& rejects,
                         Journal* journal, RestBackfillResult& result);

/// Daily bars of stocks, both dates inclusive.
struct BarsBackfillOptions {
    std::string base;  ///< as of rest_base()
    std::vector<std::string> tickers;
    Day first{};
    Day last{};
    RestOptions rest;
};
struct BarsBackfillResult {
    BarsCounts bars;
    FetchScheduler::Counts requests;
    [[nodiscard]] Summary summary() const;
};

/// Fetches daily bars and writes them as records, in no order of tickers. Throws and returns as
/// run_trades_backfill().
void run_bars_backfill(const BarsBackfillOptions& options, Output& output, Rejects& rejects,
                       BarsBackfillResult& result);

/// The holidays and early closes to come, by date. Nothing when a stop was requested before the answer came.
/// Throws what run_fetches() throws.
std::vector<RestHoliday> fetch_holidays(const std::string& base, const RestOptions& rest);

}  // namespace pulse
