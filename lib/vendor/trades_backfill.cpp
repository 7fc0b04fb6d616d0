#include "vendor/trades_backfill.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.hpp"
#include "wire/watermark.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kFlushMs = 200;  // asked four times a second

DteSpan span_of(const FilterOptions& filter) {
    if (filter.unfiltered) return {};
    return {filter.rule.min_dte, filter.rule.max_dte};
}

// The same rule for the roots that are fetched.
FilterOptions filter_for(FilterOptions filter, const std::vector<TickerPlan>& plans) {
    std::string tickers;
    for (const TickerPlan& plan : plans) (tickers += tickers.empty() ? "" : ",") += plan.ticker;
    if (!tickers.empty()) filter.rule.underlyings = Underlyings::parse(tickers);
    return filter;
}

std::vector<TickerPlan> plan_open_windows(const std::vector<HistoryWindow>& windows,
                                          const BackfillLedger& ledger) {
    const std::vector<TickerPlan> plans = plan_tickers(windows);
    std::vector<HistoryWindow> open;
    for (const TickerPlan& plan : plans)
        for (const PlannedWindow& planned : plan.windows)
            if (!planned.whole_day || !ledger.watermarked(planned.window)) open.push_back(planned.window);
    return plan_tickers(open);
}

}  // namespace

TradesBackfill::TradesBackfill(TradesJob job, TradesState state, BackfillEdge& edge)
    : edge_(edge),
      span_(span_of(job.filter)),
      state_(std::move(state)),
      plans_(plan_open_windows(job.windows, state_.ledger)),
      contracts_(plans_.size()),
      outlet_(edge),
      board_(plans_, outlet_),
      context_{std::move(job.base), filter_for(std::move(job.filter), plans_), edge, outlet_, board_} {
    if (state_.resumed && !plans_.empty()) outlet_.append(pass_marker("rest"));
}

std::unique_ptr<FetchTask> TradesBackfill::next_task() {
    if (!expired_due_.empty()) {
        const std::size_t ticker = expired_due_.back();
        expired_due_.pop_back();
        return list_contracts(ticker, true);
    }
    if (lists_begun_ < plans_.size()) return list_contracts(lists_begun_++, false);
    if (lists_done_ < 2 * plans_.size()) return nullptr;
    for (; ticker_ < plans_.size(); ++ticker_, contract_ = 0) {
        while (contract_ < contracts_[ticker_].size()) {
            const Contract& contract = contracts_[ticker_][contract_++];
            auto runs = runs_of(ticker_, contract);
            if (runs.empty()) continue;
            return std::make_unique<TradesTask>(
                context_,
                ContractWork{contract.name, contract.symbol, ticker_, &plans_[ticker_], std::move(runs)});
        }
    }
    return nullptr;
}

// The expired ones only when the live ones are all known: a contract that expires meanwhile is in both lists
// then, not in none.
std::unique_ptr<FetchTask> TradesBackfill::list_contracts(std::size_t ticker, bool expired) {
    return std::make_unique<ContractsTask>(context_.base, contracts_query(plans_[ticker], span_, expired),
                                           edge_,
                                           [this, ticker, expired](std::vector<RestContract> contracts) {
                                               if (!expired) expired_due_.push_back(ticker);
                                               listed(ticker, std::move(contracts));
                                           });
}

void TradesBackfill::listed(std::size_t ticker, std::vector<RestContract> contracts) {
    for (RestContract& contract : contracts)
        if (context_.filter.unfiltered || contract.symbol.root() == plans_[ticker].ticker)
            contracts_[ticker].push_back({std::move(contract.ticker), contract.symbol});
    if (++lists_done_ < 2 * plans_.size()) return;
    for (std::size_t i = 0; i < plans_.size(); ++i) plan_ticker(i);
}

void TradesBackfill::plan_ticker(std::size_t ticker) {
    auto& contracts = contracts_[ticker];
    const std::string& name = plans_[ticker].ticker;
    if (contracts.empty()) {
        log::warn(
            "no contracts of {} are listed for these days: nothing is known about it; is the name right?",
            name);
        unlisted_.push_back(name);
        return;
    }
    const auto key = [](const Contract& contract) { return std::tie(contract.symbol.expiry, contract.name); };
    std::sort(contracts.begin(), contracts.end(),
              [&](const Contract& a, const Contract& b) { return key(a) < key(b); });
    // A contract that expires today may be in both lists.
    contracts.erase(std::unique(contracts.begin(), contracts.end(),
                                [](const Contract& a, const Contract& b) { return a.name == b.name; }),
                    contracts.end());
    for (const Contract& contract : contracts) {
        const auto runs = runs_of(ticker, contract);
        if (!runs.empty()) ++total_;
        for (const WindowRun& run : runs)
            for (std::size_t i = 0; i < run.count; ++i) board_.expect(ticker, run.first + i);
    }
    board_.open(ticker);
}

std::vector<WindowRun> TradesBackfill::runs_of(std::size_t ticker, const Contract& contract) const {
    const auto* const finished = state_.ledger.finished(contract.name);
    return plan_runs(plans_[ticker], contract.symbol.expiry, span_, [&](const PlannedWindow& planned) {
        return planned.whole_day && BackfillLedger::contains(finished, planned.window.session);
    });
}

void TradesBackfill::tick(std::int64_t now_ms) {
    if (now_ms - flushed_ms_ < kFlushMs) return;
    flushed_ms_ = now_ms;
    outlet_.flush();
}

void TradesBackfill::finish() {
    for (TradesTask* const task : context_.tasks) task->write_held();
    outlet_.flush();
    if (context_.unknown > TradesContext::kUnknownTold)
        log::warn("{} times in all the vendor didn't find a contract that it lists", context_.unknown);
}

TradesProgress TradesBackfill::progress() const {
    TradesProgress progress;
    if (!plans_.empty()) progress.ticker = plans_[std::min(ticker_, plans_.size() - 1)].ticker;
    progress.contracts_done = context_.contracts_done;
    progress.contracts_total = total_;
    progress.rows = context_.rows;
    progress.kept = context_.verdicts[static_cast<std::size_t>(Verdict::kPass)];
    return progress;
}

TradesResult TradesBackfill::result() const {
    TradesResult result;
    result.summary.received = context_.rows;
    result.summary.rejected = context_.rejected;
    result.summary.passed = context_.verdicts[static_cast<std::size_t>(Verdict::kPass)];
    for (std::size_t i = 1; i < kVerdicts; ++i)
        result.summary.dropped.emplace_back(verdict_name(static_cast<Verdict>(i)), context_.verdicts[i]);
    result.summary.dropped.emplace_back("outside", context_.outside);
    result.contracts = context_.contracts_done;
    result.watermarks = board_.watermarks();
    result.unlisted = unlisted_;
    return result;
}

}  // namespace pulse
