#include "vendor/contracts_task.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "vendor/vendor_reason.hpp"

namespace pulse {

ContractsTask::ContractsTask(const std::string& base, const ContractsQuery& query, BackfillEdge& edge,
                             Done done)
    : first_url_(contracts_url(base, query)),
      pages_(base, fmt::format("{} contracts of {}", query.expired ? "expired" : "live", query.underlying)),
      edge_(edge),
      done_(std::move(done)) {
    pages_.begin(first_url_);
}

void ContractsTask::start(const FetchReply&) {
    pages_.start();
}

void ContractsTask::body(std::string_view piece) {
    pages_.feed(piece, [this](std::string_view row) { take_row(row); });
}

void ContractsTask::take_row(std::string_view row) {
    RestContract contract;
    const auto reason = reader_.read(row, contract);
    if (reason == RestRowReader::kDamaged) return pages_.row_is_damaged();
    ++rows_;
    if (reason.empty()) {
        contracts_.push_back(std::move(contract));
        return;
    }
    // What is no option symbol can't be asked for: all that is left is to tell.
    ++unusable_;
    const std::string ticker = plain_text(contract.ticker);
    edge_.reject(pages_.name(), rows_, row,
                 fmt::format("{}{}; its trades can't be asked for and will be missing", reason,
                             ticker.empty() ? "" : fmt::format(" ('{}')", ticker)));
}

FetchNext ContractsTask::finish() {
    if (unusable_ > 0)
        log::warn(
            "{}: {} of {} rows name no contract that can be asked for; if there are trades of those, "
            "they will be missing from days that count as complete",
            pages_.name(), unusable_, rows_);
    done_(std::move(contracts_));
    return FetchNext::kDone;
}

FetchNext ContractsTask::end() {
    switch (pages_.end()) {
        case PageChain::End::kMore:
            return FetchNext::kMore;
        case PageChain::End::kDone:
            return finish();
        case PageChain::End::kBroken:
            return FetchNext::kBroken;
        case PageChain::End::kChanged:
            break;
    }
    pages_.begin_again(first_url_);
    contracts_.clear();
    rows_ = unusable_ = 0;
    return FetchNext::kMore;
}

}  // namespace pulse
