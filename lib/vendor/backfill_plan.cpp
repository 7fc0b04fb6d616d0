#include "vendor/backfill_plan.hpp"

#include <algorithm>
#include <utility>

#include "market/calendar.hpp"
#include "market/new_york.hpp"

namespace pulse {

namespace {

bool is_whole_day(const HistoryWindow& window) {
    return window.begin_ms == new_york_ms(window.session, 0) &&
           window.end_ms == new_york_ms(window.session + 1, 0);
}

bool no_session_between(Day earlier, Day later) {
    if (later <= earlier) return false;
    for (Day day = earlier + 1; day < later; ++day)
        if (is_session(day)) return false;
    return true;
}

void add_windows(TickerPlan& plan, std::vector<HistoryWindow> windows) {
    std::sort(windows.begin(), windows.end(), [](const HistoryWindow& a, const HistoryWindow& b) {
        return std::pair(a.begin_ms, a.end_ms) < std::pair(b.begin_ms, b.end_ms);
    });
    for (HistoryWindow& window : windows) {
        const PlannedWindow* const before = plan.windows.empty() ? nullptr : &plan.windows.back();
        if (before != nullptr && before->window.begin_ms == window.begin_ms &&
            before->window.end_ms == window.end_ms)
            continue;
        const bool whole = is_whole_day(window);
        const bool joins = whole && before != nullptr && before->whole_day &&
                           no_session_between(before->window.session, window.session);
        plan.windows.push_back({std::move(window), whole, joins});
    }
}

}  // namespace

std::vector<TickerPlan> plan_tickers(const std::vector<HistoryWindow>& windows) {
    std::vector<std::string> tickers;
    for (const HistoryWindow& window : windows)
        if (std::find(tickers.begin(), tickers.end(), window.ticker) == tickers.end())
            tickers.push_back(window.ticker);
    std::vector<TickerPlan> plans;
    for (std::string& ticker : tickers) {
        std::vector<HistoryWindow> own;
        for (const HistoryWindow& window : windows)
            if (window.ticker == ticker) own.push_back(window);
        add_windows(plans.emplace_back(TickerPlan{std::move(ticker), {}}), std::move(own));
    }
    return plans;
}

ContractsQuery contracts_query(const TickerPlan& plan, const DteSpan& span, bool expired) {
    const auto [first, last] = std::minmax_element(
        plan.windows.begin(), plan.windows.end(),
        [](const PlannedWindow& a, const PlannedWindow& b) { return a.window.session < b.window.session; });
    return {plan.ticker, first->window.session + span.min,
            span.max ? last->window.session + *span.max : kNoLastExpiry, expired};
}

std::vector<WindowRun> plan_runs(const TickerPlan& plan, Day expiry, const DteSpan& span,
                                 const std::function<bool(const PlannedWindow&)>& finished) {
    std::vector<WindowRun> runs;
    for (std::size_t i = 0; i < plan.windows.size(); ++i) {
        const PlannedWindow& planned = plan.windows[i];
        if (!span.contains(planned.window.session, expiry) || finished(planned)) continue;
        if (planned.joins && !runs.empty() && runs.back().first + runs.back().count == i)
            ++runs.back().count;
        else
            runs.push_back({i, 1});
    }
    return runs;
}

}  // namespace pulse
