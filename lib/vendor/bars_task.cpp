#include "vendor/bars_task.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "vendor/rest_urls.hpp"

namespace pulse {

BarsTask::BarsTask(const std::string& base, std::string ticker, Day first, Day last, BackfillOutlet& outlet,
                   BackfillEdge& edge, BarsCounts& counts)
    : ticker_(std::move(ticker)),
      first_(first),
      last_(last),
      first_url_(bars_url(base, ticker_, first, last)),
      pages_(base, "daily bars of " + ticker_),
      outlet_(outlet),
      edge_(edge),
      counts_(counts) {
    pages_.begin(first_url_);
}

void BarsTask::start(const FetchReply&) {
    pages_.start();
}

void BarsTask::body(std::string_view piece) {
    pages_.feed(piece, [this](std::string_view row) { take_row(row); });
}

void BarsTask::take_row(std::string_view row) {
    const auto reason = reader_.read(row, bar_);
    if (reason == RestRowReader::kDamaged) return pages_.row_is_damaged();
    ++row_;
    ++counts_.received;
    if (!reason.empty()) {
        ++counts_.rejected;
        return edge_.reject(pages_.name(), row_, row, reason);
    }
    const Day date = clock_.date_of(bar_.t_ms);
    if (date < first_ || date > last_) {
        ++counts_.outside;
        return;
    }
    ++counts_.written;
    ++written_;
    outlet_.append(fmt::format(R"({{"ev":"D","ticker":"{}","date":"{}","o":{},"h":{},"l":{},"c":{},"v":{}}})"
                               "\n",
                               ticker_, date_text(date), bar_.open, bar_.high, bar_.low, bar_.close,
                               bar_.volume));
}

// Bars are stored by ticker and date: written twice, the last one counts.
FetchNext BarsTask::end() {
    switch (pages_.end()) {
        case PageChain::End::kMore:
            return FetchNext::kMore;
        case PageChain::End::kBroken:
            return FetchNext::kBroken;
        case PageChain::End::kChanged:
            pages_.begin_again(first_url_);
            row_ = 0;
            return FetchNext::kMore;
        case PageChain::End::kDone:
            break;
    }
    if (written_ == 0) {
        ++counts_.without;
        log::warn("no daily bars of {} from {} to {}: is the name right, and does the plan include stocks?",
                  ticker_, date_text(first_), date_text(last_));
    }
    return FetchNext::kDone;
}

}  // namespace pulse
