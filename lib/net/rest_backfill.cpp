#include "net/rest_backfill.hpp"

#include <algorithm>
#include <exception>
#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/hide_key.hpp"
#include "net/random_source.hpp"
#include "vendor/holidays_task.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kKeepMs = 1000;

class PipeEdge final : public BackfillEdge {
  public:
    /// `key` outlives the edge.
    PipeEdge(Output& output, Rejects& rejects, Journal* journal, const std::optional<Secret>& key)
        : output_(output), rejects_(rejects), journal_(journal), key_(key) {}

    void write(std::string_view records) override {
        output_.append(records);
        output_.flush();
    }
    void remember(std::string_view lines) override {
        if (journal_ == nullptr) return;
        journal_->append(lines);
        // To settle a copy for every few records would cut it into tiny frames.
        if (!output_.is_copied() || mono_ms() - kept_ms_ >= kKeepMs) keep();
    }
    /// What was remembered is on the disk, behind the copy of what it is about.
    void keep() {
        if (journal_ == nullptr) return;
        output_.settle_copy();
        journal_->flush();
        kept_ms_ = mono_ms();
    }
    void reject(std::string_view input, std::uint64_t row, std::string_view text,
                std::string_view reason) override {
        // A reject is one line; between the values of a row a line break is as good as a blank.
        std::string line(text);
        std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        rejects_.reject(hide_key(key_, std::string(input)), row, hide_key(key_, std::move(line)),
                        hide_key(key_, std::string(reason)));
    }

  private:
    Output& output_;
    Rejects& rejects_;
    Journal* journal_;
    const std::optional<Secret>& key_;
    std::int64_t kept_ms_ = 0;
};

TradesState state_of(Journal* journal, bool whole_sessions) {
    if (journal == nullptr) return {};
    TradesState state{BackfillLedger(journal->lines()), journal->resumed()};
    if (state.ledger.ignored() > 0)
        log::warn("{} lines of the state file make no sense; what they were about is fetched again",
                  state.ledger.ignored());
    if (auto lines = state.ledger.much_shorter()) journal->compact(std::move(*lines));
    if (whole_sessions) state.ledger.forget_contracts();
    return state;
}

// Runs `work`, then `finish`; also `finish`, as far as it goes, when the work ends by an error. A reader who
// leaves something unread may have lost more: then the journal forgets this run.
template <typename Work, typename Finish>
void run_and_finish(Output& output, Journal* journal, const Work& work, const Finish& finish) {
    try {
        try {
            work();
        } catch (const ReaderGone&) {
            throw;
        } catch (...) {
            const auto why = std::current_exception();
            try {
                finish();
                if (journal != nullptr) output.wait_until_read();
            } catch (const ReaderGone&) {
                throw;
            } catch (const Error& error) {
                log::debug("{}", error.what());  // the first error is the one to tell
            }
            std::rethrow_exception(why);
        }
        finish();
        if (journal != nullptr) output.wait_until_read();
    } catch (const ReaderGone&) {
        if (journal != nullptr) journal->rollback();
        throw;
    }
}

}  // namespace

void run_trades_backfill(const TradesBackfillOptions& options, Output& output, Rejects& rejects,
                         Journal* journal, RestBackfillResult& result) {
    PipeEdge edge(output, rejects, journal, options.rest.net.bearer_key);
    TradesBackfill backfill(options.job, state_of(journal, options.whole_sessions), edge);
    BackfillProgress progress;
    // Behind the backfill: its tasks go first.
    FetchScheduler scheduler(options.rest.limits, [&] { return backfill.next_task(); }, random_source());
    const auto tick = [&](std::int64_t now_ms) {
        backfill.tick(now_ms);
        progress.update(backfill.progress(), scheduler.counts().requests, now_ms);
        if (options.on_progress) options.on_progress(progress, now_ms);
    };
    const auto tell = [&] {
        result.trades = backfill.result();
        result.requests = scheduler.counts();
    };
    try {
        run_and_finish(
            output, journal, [&] { run_fetches(scheduler, options.rest.net, tick); },
            [&] {
                backfill.finish();
                edge.keep();
            });
    } catch (...) {
        tell();
        throw;
    }
    tell();
}

Summary BarsBackfillResult::summary() const {
    Summary summary;
    summary.received = bars.received;
    summary.passed = bars.written;
    summary.dropped.emplace_back("outside", bars.outside);
    summary.rejected = bars.rejected;
    return summary;
}

void run_bars_backfill(const BarsBackfillOptions& options, Output& output, Rejects& rejects,
                       BarsBackfillResult& result) {
    PipeEdge edge(output, rejects, nullptr, options.rest.net.bearer_key);
    BackfillOutlet outlet(edge);
    auto ticker = options.tickers.begin();
    const auto more = [&]() -> std::unique_ptr<FetchTask> {
        if (ticker == options.tickers.end()) return nullptr;
        return std::make_unique<BarsTask>(options.base, *ticker++, options.first, options.last, outlet, edge,
                                          result.bars);
    };
    FetchScheduler scheduler(options.rest.limits, more, random_source());
    const auto work = [&] {
        run_fetches(scheduler, options.rest.net, [&](std::int64_t) { outlet.flush(); });
    };
    try {
        run_and_finish(output, nullptr, work, [&] { outlet.flush(); });
    } catch (...) {
        result.requests = scheduler.counts();
        throw;
    }
    result.requests = scheduler.counts();
}

std::vector<RestHoliday> fetch_holidays(const std::string& base, const RestOptions& rest) {
    std::vector<RestHoliday> holidays;
    auto task = std::make_unique<HolidaysTask>(base, holidays);
    FetchScheduler scheduler(
        rest.limits, [&]() -> std::unique_ptr<FetchTask> { return std::move(task); }, random_source());
    run_fetches(scheduler, rest.net, [](std::int64_t) {});
    return holidays;
}

}  // namespace pulse
