#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "market/calendar.hpp"
#include "market/coverage.hpp"

namespace pulse {

/// What one source said is complete, by ticker.
class KnownRanges {
  public:
    /// `*` among the tickers: of all.
    void add(const std::vector<std::string>& tickers, const TimeRange& range);
    void clear() { by_ticker_.clear(); }
    /// The stretches of the session that are unknown for the ticker, ascending. Ranges that end and begin
    /// less than a second apart leave nothing between them, nor does a range and the open or the close.
    [[nodiscard]] std::vector<TimeRange> gaps(std::string_view ticker, const Session& session) const;

  private:
    std::map<std::string, std::vector<TimeRange>, std::less<>> by_ticker_;
};

/// Whether a range reaches into the session's last second.
constexpr bool reaches_close(std::int64_t to_ms, const Session& session) {
    return to_ms > session.close_ms - 1000;
}

}  // namespace pulse
