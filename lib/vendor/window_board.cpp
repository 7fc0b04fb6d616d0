#include "vendor/window_board.hpp"

#include <fmt/format.h>

#include "vendor/backfill_ledger.hpp"
#include "wire/watermark.hpp"

namespace pulse {

WindowBoard::WindowBoard(const std::vector<TickerPlan>& plans, BackfillOutlet& outlet)
    : plans_(plans), outlet_(outlet) {
    for (const TickerPlan& plan : plans)
        tickers_.push_back({std::vector<std::uint32_t>(plan.windows.size()), {}, 0});
}

void WindowBoard::open(std::size_t ticker) {
    for (std::size_t i = 0; i < tickers_[ticker].waiting.size(); ++i)
        if (tickers_[ticker].waiting[i] == 0) complete(ticker, i);
}

void WindowBoard::finished(std::size_t ticker, std::size_t window) {
    if (--tickers_[ticker].waiting[window] > 0) return;
    if (tickers_[ticker].holds > 0)
        tickers_[ticker].complete.insert(window);
    else
        complete(ticker, window);
}

void WindowBoard::release(std::size_t ticker) {
    Ticker& held = tickers_[ticker];
    if (--held.holds > 0) return;
    for (const std::size_t window : held.complete) complete(ticker, window);
    held.complete.clear();
}

void WindowBoard::complete(std::size_t ticker, std::size_t window) {
    const PlannedWindow& planned = plans_[ticker].windows[window];
    const HistoryWindow& done = planned.window;
    ++watermarks_;
    outlet_.append(
        watermark_line({"rest", date_text(done.session), {done.ticker}, done.from_ms, done.to_ms}));
    if (planned.whole_day)
        outlet_.remember(fmt::format("w {} {}", done.ticker, done.session), watermark_state_line(done));
}

}  // namespace pulse
