#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/snapshot.hpp"
#include "flow/trade_filter.hpp"
#include "market/coverage.hpp"

namespace pulse::answer {

/// The tickers an answer is about: those asked for, or all that are watched.
inline const std::vector<std::string>& asked_or_watched(const std::vector<std::string>& asked,
                                                        const std::vector<std::string>& watched) {
    return asked.empty() ? watched : asked;
}

/// The time that a page, newest first, speaks about: it holds every matching row of it that is known. Times
/// in Unix ms. `last_ms`: of the page's last row, when others follow on the next page; `after_ms`: of the row
/// that the page stands behind.
TimeRange page_span(const flow::TradeFilter& filter, std::optional<std::int64_t> last_ms,
                    std::optional<std::int64_t> after_ms, const flow::Snapshot& snapshot);

}  // namespace pulse::answer
