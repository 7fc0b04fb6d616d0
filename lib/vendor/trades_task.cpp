#include "vendor/trades_task.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/error.hpp"
#include "base/log.hpp"
#include "vendor/backfill_ledger.hpp"
#include "vendor/vendor_reason.hpp"
#include "wire/derived.hpp"
#include "wire/record.hpp"
#include "wire/watermark.hpp"

namespace pulse {

namespace {
constexpr std::size_t kMaxHeld = std::size_t{1} << 20;
constexpr int kNotFound = 404;
constexpr std::size_t kMaxRefusal = std::size_t{64} * 1024;
constexpr std::int64_t kNsPerMs = 1'000'000;
}  // namespace

TradesTask::TradesTask(TradesContext& context, ContractWork work)
    : context_(context), work_(std::move(work)), pages_(context.base, "trades of " + work_.contract) {
    context_.tasks.insert(this);
    begin_run();
}

void TradesTask::begin_run() {
    window_ = work_.runs[run_].first;
    remembered_from_ = planned(window_).window.session;
    pages_.begin(chain_url());
    forget_rows();
}

std::string TradesTask::chain_url() const {
    return trades_url(context_.base, work_.contract, planned(window_).window.begin_ms,
                      planned(run_end() - 1).window.end_ms);
}

void TradesTask::forget_rows() {
    row_ = 0;
    held_ms_ = -1;
    last_ns_ = -1;
    stale_ = false;
}

bool TradesTask::accepts(int status) const {
    return FetchTask::accepts(status) || status == kNotFound;
}

void TradesTask::start(const FetchReply& reply) {
    refused_ = reply.status == kNotFound;
    refusal_.clear();
    if (!refused_) pages_.start();
}

void TradesTask::body(std::string_view piece) {
    if (refused_)
        refusal_ += piece.substr(0, kMaxRefusal - refusal_.size());
    else
        pages_.feed(piece, [this](std::string_view row) { take_row(row); });
}

void TradesTask::take_row(std::string_view row) {
    if (pass_lost()) stale_ = true;
    if (stale_) return;
    const auto reason = context_.reader.read(row, trade_);
    if (reason == RestRowReader::kDamaged) return pages_.row_is_damaged();
    ++row_;
    ++context_.rows;
    known_ = true;
    if (!reason.empty()) {
        ++context_.rejected;
        return context_.edge.reject(work_.contract, row_, row, reason);
    }
    check_page_order();
    const std::int64_t t_ms = trade_.sip_ns / kNsPerMs;
    if (!in_window(t_ms)) {
        ++context_.outside;
        return;
    }
    if (t_ms != held_ms_) next_instant(t_ms);
    select(row, t_ms);
}

// Cursors that are always new can still lead in circles: then a page begins in the past.
void TradesTask::check_page_order() {
    if (page_begins_ && trade_.sip_ns < last_ns_)
        throw Error(Exit::kFailure,
                    fmt::format("{}: next_url leads back: a page begins before the end of the one before it",
                                pages_.name()));
    page_begins_ = false;
    last_ns_ = trade_.sip_ns;
}

bool TradesTask::in_window(std::int64_t t_ms) const {
    // Rows come in order: nearly always it is the first unfinished window.
    const auto contains = [&](std::size_t i) {
        return planned(i).window.begin_ms <= t_ms && t_ms < planned(i).window.end_ms;
    };
    if (contains(window_)) return true;
    for (std::size_t i = work_.runs[run_].first; i < run_end(); ++i)
        if (contains(i)) return true;
    return false;
}

void TradesTask::next_instant(std::int64_t t_ms) {
    if (t_ms < held_ms_ && !disordered_) {
        disordered_ = true;
        log::warn("{}: the vendor's rows go back in time: identical prints may be taken for one",
                  pages_.name());
    }
    end_instant();
    held_ms_ = t_ms;
    while (window_ + 1 < run_end() && t_ms >= planned(window_).window.end_ms) finish_window();
}

// The same selection as occ-filter's: market/smart_money.
void TradesTask::select(std::string_view row, std::int64_t t_ms) {
    std::optional<Judgement> judged;
    if (!context_.filter.unfiltered) {
        judged = judge(context_.filter.rule, work_.symbol, trade_.price, trade_.size, t_ms, clock_);
        if (!judged) {
            ++context_.rejected;
            return context_.edge.reject(work_.contract, row_, row, kPremiumTooLong);
        }
    }
    const Verdict verdict = judged ? judged->verdict : Verdict::kPass;
    ++context_.verdicts[static_cast<std::size_t>(verdict)];
    if (verdict != Verdict::kPass) return;
    append_history_trade(held_, work_.contract, trade_, "rest");
    if (judged) {
        append_derived(held_, {work_.symbol, judged->premium, judged->dte});
        if (context_.filter.log_hits)
            append_hit(context_.outlet.hits(), work_.contract, judged->premium, judged->dte);
    }
    held_ += "}\n";
    if (held_.size() <= kMaxHeld) return;
    if (!split_) {
        context_.board.hold(work_.ticker);
        pass_ = context_.passes;
    }
    split_ = true;
    write_held();
}

void TradesTask::write_held() {
    if (!held_.empty()) context_.outlet.append(held_);
    held_.clear();
}

void TradesTask::end_instant() {
    write_held();
    if (split_) context_.board.release(work_.ticker);
    split_ = false;
}

void TradesTask::finish_window() {
    const PlannedWindow& done = planned(window_);
    if (done.whole_day) {
        const auto key = fmt::format("c {} {}", work_.contract, remembered_from_);
        context_.outlet.remember(key, contract_state_line(work_.contract, work_.plan->ticker,
                                                          remembered_from_, done.window.session));
    }
    context_.board.finished(work_.ticker, window_);
    ++window_;
}

FetchNext TradesTask::end() {
    if (refused_) return not_found();
    const PageChain::End end = pages_.end();
    if (end == PageChain::End::kBroken) return FetchNext::kBroken;
    if (end == PageChain::End::kChanged) return restart(true);
    if (stale_ || pass_lost()) return restart(false);
    page_begins_ = true;
    if (end == PageChain::End::kMore) return FetchNext::kMore;
    return finish_run();
}

// A listed contract that the vendor's trades service doesn't know has no trades; it must not end the job for
// ever. In the middle of a chain the same words mean something else.
FetchNext TradesTask::not_found() {
    if (known_ || !pages_.at_first_page() || !says_not_found(refusal_)) return FetchNext::kRefused;
    if (++context_.unknown <= TradesContext::kUnknownTold)
        log::warn("{}: listed, but the vendor doesn't find it (HTTP 404): it counts as without trades",
                  pages_.name());
    return finish_run();
}

FetchNext TradesTask::finish_run() {
    end_instant();
    while (window_ < run_end()) finish_window();
    if (++run_ < work_.runs.size()) {
        begin_run();
        return FetchNext::kMore;
    }
    ++context_.contracts_done;
    // Finished is finished: a kill from here on must not have it fetched again.
    context_.outlet.flush();
    return FetchNext::kDone;
}

// What was written of the unfinished windows is written again; a marker makes readers count it from the
// start. A task that had written a part of an instant when another one's marker went out begins again too:
// that marker does for both.
FetchNext TradesTask::restart(bool mark) {
    pages_.begin_again(chain_url());
    forget_rows();
    held_.clear();
    if (mark) {
        log::warn("{}: the vendor's page changed while it was read; it is fetched and written again",
                  pages_.name());
        context_.outlet.append(pass_marker("rest"));
        ++context_.passes;
    }
    if (split_) context_.board.release(work_.ticker);
    split_ = false;
    return FetchNext::kMore;
}

}  // namespace pulse
