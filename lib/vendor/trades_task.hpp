#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "market/new_york.hpp"
#include "vendor/backfill_outlet.hpp"
#include "vendor/backfill_plan.hpp"
#include "vendor/fetch.hpp"
#include "vendor/page_chain.hpp"
#include "vendor/rest_rows.hpp"
#include "vendor/window_board.hpp"
#include "wire/filter_result.hpp"

namespace pulse {

class TradesTask;

/// What the trades tasks of one backfill share.
struct TradesContext {
    std::string base;
    FilterOptions filter;
    BackfillEdge& edge;
    BackfillOutlet& outlet;
    WindowBoard& board;
    RestRowReader reader{};
    std::uint64_t passes = 0;  ///< pass markers written while tasks were under way

    std::uint64_t rows = 0;  ///< usable or not
    std::uint64_t rejected = 0;
    std::uint64_t outside = 0;  ///< in none of the windows asked for
    std::array<std::uint64_t, kVerdicts> verdicts{};
    std::uint64_t contracts_done = 0;
    static constexpr std::uint64_t kUnknownTold = 10;
    std::uint64_t unknown = 0;      ///< chains of contracts that are listed and not found; the first are told
    std::set<TradesTask*> tasks{};  ///< alive
};

/// One contract and what is to be fetched of it.
struct ContractWork {
    std::string contract;  ///< with `O:`
    OccSymbol symbol;
    std::size_t ticker = 0;            ///< its number on the board
    const TickerPlan* plan = nullptr;  ///< outlives the task
    std::vector<WindowRun> runs;       ///< not empty, in order of time
};

/// Fetches the trades of one contract, a run of windows after the other, selects and writes them in order of
/// time. Its memory doesn't grow with the page. The trades of one millisecond go out together, because a
/// watermark of the ticker may come in between at any time and readers count identical prints of a
/// millisecond up to it.
class TradesTask final : public FetchTask {
  public:
    TradesTask(TradesContext& context, ContractWork work);
    ~TradesTask() override { context_.tasks.erase(this); }

    [[nodiscard]] FetchRequest request() override { return {pages_.url(), {}, true, true}; }
    /// Also 404: the vendor may not know a contract that it lists.
    [[nodiscard]] bool accepts(int status) const override;
    void start(const FetchReply& reply) override;
    void body(std::string_view piece) override;
    FetchNext end() override;
    [[nodiscard]] std::string broken_reason() const override {
        return refused_ ? refusal_ : pages_.broken_reason();
    }
    [[nodiscard]] std::string name() const override { return pages_.name(); }

    /// Appends what is held back to the outlet: the backfill stops here.
    void write_held();

  private:
    [[nodiscard]] const PlannedWindow& planned(std::size_t index) const { return work_.plan->windows[index]; }
    [[nodiscard]] std::size_t run_end() const { return work_.runs[run_].first + work_.runs[run_].count; }
    [[nodiscard]] bool pass_lost() const { return split_ && pass_ != context_.passes; }
    [[nodiscard]] bool in_window(std::int64_t t_ms) const;
    void begin_run();
    [[nodiscard]] std::string chain_url() const;
    void forget_rows();
    void take_row(std::string_view row);
    void check_page_order();
    void select(std::string_view row, std::int64_t t_ms);
    void next_instant(std::int64_t t_ms);
    void end_instant();
    void finish_window();
    FetchNext not_found();
    FetchNext finish_run();
    FetchNext restart(bool mark);

    TradesContext& context_;
    ContractWork work_;
    PageChain pages_;
    NewYorkClock clock_;
    RestTrade trade_;
    std::size_t run_ = 0;
    std::size_t window_ = 0;     ///< the first unfinished one, an index of the plan's windows
    Day remembered_from_{};      ///< session of the first window finished in this run
    std::uint64_t row_ = 0;      ///< of this chain, from 1
    std::int64_t held_ms_ = -1;  ///< the instant that `held_` is about
    std::string held_;           ///< its records so far
    bool split_ = false;         ///< a part of the instant's records is written
    std::uint64_t pass_ = 0;     ///< context's when the first part was written
    bool stale_ = false;         ///< the chain must begin again, its rows are of no use
    bool disordered_ = false;    ///< said that rows go back in time
    bool page_begins_ = false;   ///< no row of this page has been read
    std::int64_t last_ns_ = -1;  ///< time of the chain's last row
    bool known_ = false;         ///< the vendor has sent a row of this contract
    bool refused_ = false;       ///< the answer under way is a 404
    std::string refusal_;        ///< its body
};

}  // namespace pulse
