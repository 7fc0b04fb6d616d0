#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "vendor/backfill_outlet.hpp"
#include "vendor/backfill_plan.hpp"

namespace pulse {

/// Knows how many contracts each window still waits for, and writes a window's watermark behind its last
/// trade.
class WindowBoard {
  public:
    /// `plans` must outlive the board.
    WindowBoard(const std::vector<TickerPlan>& plans, BackfillOutlet& outlet);

    /// A contract will report this window's end. Before open().
    void expect(std::size_t ticker, std::size_t window) { ++tickers_[ticker].waiting[window]; }
    /// All contracts of the ticker are known: windows that wait for none are complete.
    void open(std::size_t ticker);
    /// The last trade of one of the expected contracts in this window has been appended to the outlet.
    void finished(std::size_t ticker, std::size_t window);

    /// Between hold() and release() a contract of the ticker has written a part of one millisecond's trades.
    /// Readers count identical prints of a millisecond up to the next watermark of their ticker: it has to
    /// wait.
    void hold(std::size_t ticker) { ++tickers_[ticker].holds; }
    void release(std::size_t ticker);

    [[nodiscard]] std::uint64_t watermarks() const { return watermarks_; }

  private:
    struct Ticker {
        std::vector<std::uint32_t> waiting;  ///< by window: contracts that haven't finished it
        std::set<std::size_t> complete;      ///< windows whose watermark is held back
        unsigned holds = 0;
    };
    void complete(std::size_t ticker, std::size_t window);

    const std::vector<TickerPlan>& plans_;
    BackfillOutlet& outlet_;
    std::vector<Ticker> tickers_;
    std::uint64_t watermarks_ = 0;
};

}  // namespace pulse
