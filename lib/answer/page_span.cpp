#include "answer/page_span.hpp"

#include <algorithm>

#include "market/calendar.hpp"

namespace pulse::answer {

namespace {

// Since when anything is known at all; today when nothing is.
std::int64_t first_known_ms(const flow::Snapshot& snapshot) {
    const std::int64_t today = last_session(snapshot.feed.now_ms).open_ms;
    return std::min(today, snapshot.coverage.first_ms().value_or(today));
}

}  // namespace

TimeRange page_span(const flow::TradeFilter& filter, std::optional<std::int64_t> last_ms,
                    std::optional<std::int64_t> after_ms, const flow::Snapshot& snapshot) {
    const std::int64_t now_ms = snapshot.feed.now_ms;
    TimeRange span{filter.since_ms.value_or(first_known_ms(snapshot)), now_ms};
    // Rows of the last one's millisecond may stand on the next page.
    if (last_ms) span.from_ms = *last_ms + 1;
    if (filter.until_ms) span.to_ms = std::min(now_ms, *filter.until_ms);
    if (after_ms) span.to_ms = std::min(span.to_ms, *after_ms);
    span.from_ms = std::min(span.from_ms, span.to_ms);
    return span;
}

}  // namespace pulse::answer
