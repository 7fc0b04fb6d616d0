#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipe/summary.hpp"
#include "vendor/backfill_ledger.hpp"
#include "vendor/backfill_outlet.hpp"
#include "vendor/backfill_plan.hpp"
#include "vendor/contracts_task.hpp"
#include "vendor/trades_task.hpp"
#include "vendor/window_board.hpp"

namespace pulse {

/// What to fetch over REST and which trades to keep.
struct TradesJob {
    std::string base;                    ///< as of rest_base()
    std::vector<HistoryWindow> windows;  ///< all over: nothing can be added to them any more
    FilterOptions
        filter;  ///< the rule's underlyings don't matter, the windows name them. `unfiltered`: every trade of
                 ///< every contract of the underlyings alive in the session, without derived fields
};

/// What earlier runs of the same job did, by its state file. Only windows that are whole New York days are
/// remembered.
struct TradesState {
    BackfillLedger ledger;
    bool resumed = false;  ///< there was an earlier run: it may have written what the ledger doesn't know
};

/// How far a backfill is.
struct TradesProgress {
    std::string ticker;  ///< whose contracts are begun now
    std::uint64_t contracts_done = 0;
    std::uint64_t contracts_total = 0;  ///< 0 until all are listed
    std::uint64_t rows = 0;             ///< received
    std::uint64_t kept = 0;
};

/// What came of it.
struct TradesResult {
    Summary summary;              ///< of the trades
    std::uint64_t contracts = 0;  ///< that were asked for
    std::uint64_t watermarks = 0;
    std::vector<std::string>
        unlisted;  ///< tickers for which the vendor lists no contracts: nothing is promised
};

/// Trades of many contracts over REST: lists the contracts of each ticker, then gives out one task a
/// contract, in order of ticker, expiry and symbol, and writes a watermark behind each session of a ticker
/// that is complete. A FetchScheduler runs the tasks; they must not outlive this.
class TradesBackfill {
  public:
    /// Throws Error(kUsage) when a ticker can't be an option root. `edge` must outlive this.
    TradesBackfill(TradesJob job, TradesState state, BackfillEdge& edge);
    TradesBackfill(const TradesBackfill&) = delete;
    TradesBackfill& operator=(const TradesBackfill&) = delete;

    /// The next task; nothing when there is none at the moment (contracts are still being listed) or no more.
    std::unique_ptr<FetchTask> next_task();
    /// Hands out what has gathered when that is 250 ms old: call it often. `now_ms`: any clock that doesn't
    /// go back.
    void tick(std::int64_t now_ms);
    /// The same at once, also the records held back for their order: at the end, or where the job is cut
    /// short.
    void finish();

    [[nodiscard]] TradesProgress progress() const;
    [[nodiscard]] TradesResult result() const;

  private:
    struct Contract {
        std::string name;
        OccSymbol symbol;
    };
    std::unique_ptr<FetchTask> list_contracts(std::size_t ticker, bool expired);
    void listed(std::size_t ticker, std::vector<RestContract> contracts);
    void plan_ticker(std::size_t ticker);
    [[nodiscard]] std::vector<WindowRun> runs_of(std::size_t ticker, const Contract& contract) const;

    BackfillEdge& edge_;
    DteSpan span_;
    TradesState state_;
    std::vector<TickerPlan> plans_;
    std::vector<std::vector<Contract>> contracts_;  ///< by ticker
    BackfillOutlet outlet_;
    WindowBoard board_;
    TradesContext context_;

    std::size_t lists_begun_ = 0;           ///< of live contracts: tickers
    std::vector<std::size_t> expired_due_;  ///< tickers whose live contracts are listed
    std::size_t lists_done_ = 0;            ///< two a ticker
    std::size_t ticker_ = 0;                ///< where next_task() goes on
    std::size_t contract_ = 0;              ///< within the ticker
    std::uint64_t total_ = 0;
    std::vector<std::string> unlisted_;
    std::int64_t flushed_ms_ = 0;
};

}  // namespace pulse
