#pragma once

#include <string>
#include <vector>

#include "flow/feed_state.hpp"
#include "flow/known_time.hpp"
#include "market/calendar.hpp"
#include "market/coverage.hpp"

namespace pulse::flow {

/// The `coverage` object that every answer carries:
/// {"from","to","state":"complete|partial|unknown|pending","known_share":0.98|null,
///  "tickers":{"AAPL":"complete",…},"gaps":[{"ticker","from","to"}…at most 20],"gap_count":n,
///  "live_share":0.7|null,"feed_delay_s":903|null,"live_until":"…"|null,"simulated":false}
/// `from` and `to` are the span cut to market time that could be known, RFC 3339, null when there is none.
std::string coverage_json(const KnownTime& coverage, const std::vector<std::string>& tickers,
                          const TimeRange& span, const FeedState& state);

/// The answer of /api/pulse/coverage for these sessions, newest first:
/// {"sessions":[{"date","open","close","tickers":[{"ticker","state","market_s","known_s","live_s",
///  "gaps":[{"from","to"}]}]}],"coverage":{…}}
std::string sessions_json(const KnownTime& coverage, const std::vector<std::string>& tickers,
                          const std::vector<Session>& sessions, const FeedState& state);

}  // namespace pulse::flow
