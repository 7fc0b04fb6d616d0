#include "vendor/holidays_task.hpp"

#include <algorithm>
#include <utility>

#include "vendor/rest_urls.hpp"

namespace pulse {

namespace {
constexpr std::size_t kMaxBody = std::size_t{1} << 20;  // a year has a dozen
}

FetchRequest HolidaysTask::request() {
    return {holidays_url(base_), {}, true, true};
}

void HolidaysTask::start(const FetchReply&) {
    text_.clear();
}

void HolidaysTask::body(std::string_view piece) {
    if (text_.size() <= kMaxBody) text_ += piece;
}

FetchNext HolidaysTask::end() {
    if (text_.size() > kMaxBody) {
        broken_ = "the list is longer than 1 MiB";
        return FetchNext::kBroken;
    }
    const auto listed = RestRowReader::read_holidays(text_);
    if (!listed) {
        broken_ = "the answer is no JSON array";
        return FetchNext::kBroken;
    }
    // Each exchange has its own entry. Where they differ, the market counts as closed or as closing early.
    std::vector<RestHoliday> found;
    for (const RestHoliday& holiday : *listed)
        if (holiday.exchange == "NYSE" || holiday.exchange == "NASDAQ") found.push_back(holiday);
    std::sort(found.begin(), found.end(), [](const RestHoliday& a, const RestHoliday& b) {
        return std::pair(a.date, !a.closed) < std::pair(b.date, !b.closed);
    });
    found.erase(std::unique(found.begin(), found.end(),
                            [](const RestHoliday& a, const RestHoliday& b) { return a.date == b.date; }),
                found.end());
    holidays_ = std::move(found);
    return FetchNext::kDone;
}

}  // namespace pulse
