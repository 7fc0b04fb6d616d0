#include "vendor/contracts_task.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace pulse {

namespace {
constexpr unsigned kMaxRestarts = 8;
}

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
    ++rows_;
    RestContract contract;
    if (const auto reason = reader_.read(row, contract); !reason.empty())
        edge_.reject(pages_.name(), rows_, row, reason);
    else
        contracts_.push_back(std::move(contract));
}

FetchNext ContractsTask::end() {
    switch (pages_.end()) {
        case PageChain::End::kMore:
            return FetchNext::kMore;
        case PageChain::End::kDone:
            done_(std::move(contracts_));
            return FetchNext::kDone;
        case PageChain::End::kBroken:
            return FetchNext::kBroken;
        case PageChain::End::kChanged:
            break;
    }
    if (++restarts_ > kMaxRestarts)
        throw Error(Exit::kFailure,
                    fmt::format("{}: the list is another one each time it is read", pages_.name()));
    contracts_.clear();
    rows_ = 0;
    pages_.begin(first_url_);
    return FetchNext::kMore;
}

}  // namespace pulse
