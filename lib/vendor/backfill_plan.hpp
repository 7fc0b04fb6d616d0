#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "market/date.hpp"
#include "vendor/history_window.hpp"
#include "vendor/rest_urls.hpp"

namespace pulse {

/// Days to expiry that are wanted, both inclusive; without a maximum every contract that is alive.
struct DteSpan {
    int min = 0;
    std::optional<int> max;

    [[nodiscard]] bool contains(Day session, Day expiry) const {
        const Day dte = expiry - session;
        return dte >= min && (!max || dte <= *max);
    }
};

/// A window and what the calendar says about it.
struct PlannedWindow {
    HistoryWindow window;
    bool whole_day =
        false;  ///< midnight to midnight in New York: the state may remember it as a contract-day
    bool joins =
        false;  ///< may be asked for in one request with the one before: no session lies between them
};

/// The windows of one ticker, in order of time.
struct TickerPlan {
    std::string ticker;
    std::vector<PlannedWindow> windows;
};

/// Tickers in order of their first window; windows given twice count once. Windows of a ticker must not
/// overlap.
std::vector<TickerPlan> plan_tickers(const std::vector<HistoryWindow>& windows);

/// Which contracts have to be known for the ticker's windows. `plan` has at least one window.
ContractsQuery contracts_query(const TickerPlan& plan, const DteSpan& span, bool expired);

/// Windows of a ticker that one chain of requests asks for: `count` of them from `first` on.
struct WindowRun {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// What is to be asked for a contract: the windows in which its days to expiry are wanted, but for those that
/// `finished` says were fetched before. In order of time.
std::vector<WindowRun> plan_runs(const TickerPlan& plan, Day expiry, const DteSpan& span,
                                 const std::function<bool(const PlannedWindow&)>& finished);

}  // namespace pulse
