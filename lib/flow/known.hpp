#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/feed_state.hpp"
#include "market/calendar.hpp"
#include "market/coverage.hpp"
#include "store/gaps.hpp"

namespace pulse::flow {

enum class Knowledge {
    kComplete,  ///< every expected instant of market time is covered
    kPartial,   ///< some of it
    kUnknown,   ///< nothing of it
    kPending,   ///< no market time that could be known yet
};
std::string_view name_of(Knowledge knowledge);

/// What is known of one ticker in a stretch of time. Only market time (regular sessions) counts.
struct Known {
    std::string ticker;
    Knowledge knowledge = Knowledge::kUnknown;
    std::int64_t market_ms = 0;   ///< market time in the stretch that should be known by now
    std::int64_t known_ms = 0;    ///< the part of it that is
    std::int64_t live_ms = 0;     ///< of the known part: from the stream
    std::vector<TimeRange> gaps;  ///< the rest, ascending
};

/// What `coverage` knows of the ticker within `sessions`, each cut to [span.from_ms, span.to_ms] and to
/// `horizon_ms`.
Known known_of(const std::vector<store::CoverageRow>& coverage, const std::string& ticker,
               const std::vector<Session>& sessions, const TimeRange& span, std::int64_t horizon_ms);

/// The `coverage` object that every answer carries:
/// {"from","to","state":"complete|partial|unknown|pending","known_share":0.98|null,
///  "tickers":{"AAPL":"complete",…},"gaps":[{"ticker","from","to"}…at most 20],"gap_count":n,
///  "live_share":0.7|null,"feed_delay_s":903|null,"live_until":"…"|null,"simulated":false}
/// `from` and `to` are the span cut to market time that could be known, RFC 3339, null when there is none.
std::string coverage_json(const std::vector<store::CoverageRow>& coverage,
                          const std::vector<std::string>& tickers, const TimeRange& span,
                          const FeedState& state);

/// The answer of /api/pulse/coverage for these sessions, newest first:
/// {"sessions":[{"date","open","close","tickers":[{"ticker","state","market_s","known_s","live_s",
///  "gaps":[{"from","to"}]}]}],"coverage":{…}}
std::string sessions_json(const std::vector<store::CoverageRow>& coverage,
                          const std::vector<std::string>& tickers, const std::vector<Session>& sessions,
                          const FeedState& state);

}  // namespace pulse::flow
