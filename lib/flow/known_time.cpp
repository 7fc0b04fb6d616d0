#include "flow/known_time.hpp"

#include <algorithm>
#include <limits>

namespace pulse::flow {

namespace {

/// Shorter gaps are no gaps: the same in store::GapRule.
constexpr std::int64_t kMinGapMs = 1'000;
constexpr TimeRange kAlways{0, std::numeric_limits<std::int64_t>::max()};

std::int64_t length_of(const TimeRange& range) {
    return range.to_ms - range.from_ms + 1;
}

std::optional<TimeRange> cut(const TimeRange& range, const TimeRange& to) {
    const TimeRange part{std::max(range.from_ms, to.from_ms), std::min(range.to_ms, to.to_ms)};
    if (part.from_ms > part.to_ms) return std::nullopt;
    return part;
}

void merge(std::vector<TimeRange>& ranges) {
    std::sort(ranges.begin(), ranges.end(),
              [](const TimeRange& a, const TimeRange& b) { return a.from_ms < b.from_ms; });
    std::vector<TimeRange> merged;
    for (const TimeRange& range : ranges) {
        if (range.from_ms > range.to_ms) continue;
        if (!merged.empty() && range.from_ms <= merged.back().to_ms + 1)
            merged.back().to_ms = std::max(merged.back().to_ms, range.to_ms);
        else
            merged.push_back(range);
    }
    ranges = std::move(merged);
}

void merge(KnownTime::Ranges& ranges, const KnownTime::Ranges& more) {
    ranges.all.insert(ranges.all.end(), more.all.begin(), more.all.end());
    ranges.live.insert(ranges.live.end(), more.live.begin(), more.live.end());
    merge(ranges.all);
    merge(ranges.live);
}

// The parts of `wanted` that none of the ranges covers.
std::vector<TimeRange> gaps_between(const std::vector<TimeRange>& known, const TimeRange& wanted) {
    const auto first =
        std::lower_bound(known.begin(), known.end(), wanted.from_ms,
                         [](const TimeRange& range, std::int64_t ms) { return range.to_ms < ms; });
    auto last = first;
    while (last != known.end() && last->from_ms <= wanted.to_ms) ++last;
    return gaps_in(wanted, {first, last});
}

// The parts of `wanted` that count as not known. A gap is as long as it is in the whole session: the few
// milliseconds of it that a page touches are no shorter gap.
std::vector<TimeRange> missing(const std::vector<TimeRange>& known, const TimeRange& session,
                               const TimeRange& wanted) {
    std::vector<TimeRange> gaps;
    for (const TimeRange& gap : gaps_between(known, session)) {
        const auto part = cut(gap, wanted);
        if (!part) continue;
        if (length_of(gap) >= kMinGapMs || *part == wanted) gaps.push_back(*part);
    }
    return gaps;
}

}  // namespace

KnownTime::KnownTime(const std::vector<store::CoverageRow>& rows) {
    for (const store::CoverageRow& row : rows) {
        Ranges& ranges = row.ticker == "*" ? everybody_ : tickers_[row.ticker];
        ranges.all.push_back(row.range);
        if (row.live) ranges.live.push_back(row.range);
        first_ms_ = std::min(first_ms_.value_or(row.range.from_ms), row.range.from_ms);
    }
    merge(everybody_, {});
    for (auto& [ticker, ranges] : tickers_) merge(ranges, everybody_);
}

const KnownTime::Ranges& KnownTime::of(std::string_view ticker) const {
    const auto found = tickers_.find(ticker);
    return found == tickers_.end() ? everybody_ : found->second;
}

std::string_view name_of(Knowledge knowledge) {
    switch (knowledge) {
        case Knowledge::kComplete:
            return "complete";
        case Knowledge::kPartial:
            return "partial";
        case Knowledge::kPending:
            return "pending";
        case Knowledge::kUnknown:
            break;
    }
    return "unknown";
}

Knowledge judge(std::int64_t market_ms, std::int64_t known_ms) {
    if (market_ms == 0) return Knowledge::kPending;
    if (known_ms == market_ms) return Knowledge::kComplete;
    return known_ms == 0 ? Knowledge::kUnknown : Knowledge::kPartial;
}

std::optional<TimeRange> expected_part(const Session& session, const TimeRange& span,
                                       std::int64_t horizon_ms) {
    return cut({session.open_ms, std::min(session.close_ms - 1, horizon_ms)}, span);
}

Known known_of(const KnownTime& coverage, const std::string& ticker, const std::vector<Session>& sessions,
               const TimeRange& span, std::int64_t horizon_ms) {
    const KnownTime::Ranges& ranges = coverage.of(ticker);
    Known known;
    known.ticker = ticker;
    for (const Session& session : sessions) {
        const auto part = expected_part(session, span, horizon_ms);
        if (!part) continue;
        const TimeRange whole = *expected_part(session, kAlways, horizon_ms);
        known.market_ms += length_of(*part);
        known.known_ms += length_of(*part);
        known.live_ms += length_of(*part);
        for (const TimeRange& gap : missing(ranges.all, whole, *part)) {
            known.known_ms -= length_of(gap);
            known.gaps.push_back(gap);
        }
        for (const TimeRange& gap : missing(ranges.live, whole, *part)) known.live_ms -= length_of(gap);
    }
    known.live_ms = std::min(known.live_ms, known.known_ms);
    known.knowledge = judge(known.market_ms, known.known_ms);
    return known;
}

}  // namespace pulse::flow
