#include "market/known_ranges.hpp"

#include <algorithm>

namespace pulse {

namespace {

constexpr std::int64_t kApartMs = 1000;
constexpr std::size_t kTidyAt = 64;
constexpr std::string_view kAll = "*";

/// Overlapping and neighbouring ranges made one.
void tidy(std::vector<TimeRange>& ranges) {
    std::sort(ranges.begin(), ranges.end(),
              [](const TimeRange& a, const TimeRange& b) { return a.from_ms < b.from_ms; });
    std::size_t last = 0;
    for (std::size_t i = 1; i < ranges.size(); ++i) {
        if (ranges[i].from_ms <= ranges[last].to_ms + 1)
            ranges[last].to_ms = std::max(ranges[last].to_ms, ranges[i].to_ms);
        else
            ranges[++last] = ranges[i];
    }
    ranges.resize(last + 1);
}

/// A live range grows a second at a time, always from the same beginning.
void put(std::vector<TimeRange>& ranges, const TimeRange& range) {
    if (!ranges.empty() && ranges.back().from_ms == range.from_ms) {
        ranges.back().to_ms = std::max(ranges.back().to_ms, range.to_ms);
        return;
    }
    ranges.push_back(range);
    if (ranges.size() % kTidyAt == 0) tidy(ranges);
}

}  // namespace

void KnownRanges::add(const std::vector<std::string>& tickers, const TimeRange& range) {
    for (const std::string& ticker : tickers) put(by_ticker_[ticker], range);
}

std::vector<TimeRange> KnownRanges::gaps(std::string_view ticker, const Session& session) const {
    std::vector<TimeRange> known{{session.open_ms, session.open_ms}, {session.close_ms, session.close_ms}};
    for (const std::string_view name : {ticker, kAll})
        if (const auto at = by_ticker_.find(name); at != by_ticker_.end())
            known.insert(known.end(), at->second.begin(), at->second.end());
    std::vector<TimeRange> gaps = gaps_in({session.open_ms, session.close_ms}, std::move(known));
    std::erase_if(gaps, [](const TimeRange& gap) { return gap.to_ms - gap.from_ms + 2 < kApartMs; });
    return gaps;
}

}  // namespace pulse
