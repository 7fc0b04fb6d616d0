#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/calendar.hpp"
#include "market/coverage.hpp"
#include "store/gaps.hpp"

namespace pulse::flow {

/// The coverage table, made ready for questions: built once a snapshot, then read by many threads.
class KnownTime {
  public:
    /// Ascending, no two overlap or meet: their number is what a question pays for.
    struct Ranges {
        std::vector<TimeRange> all;
        std::vector<TimeRange> live;  ///< of them, from the stream
    };

    /// Nothing is known.
    KnownTime() = default;
    /// Rows in any order, overlapping as they like; those of `*` count for every ticker.
    explicit KnownTime(const std::vector<store::CoverageRow>& rows);

    /// What is known of the ticker.
    [[nodiscard]] const Ranges& of(std::string_view ticker) const;
    /// The first millisecond that is known of any ticker.
    [[nodiscard]] std::optional<std::int64_t> first_ms() const { return first_ms_; }

  private:
    std::map<std::string, Ranges, std::less<>> tickers_;  ///< those with rows of their own
    Ranges everybody_;                                    ///< of `*`
    std::optional<std::int64_t> first_ms_;
};

enum class Knowledge {
    kComplete,  ///< every expected instant of market time is covered
    kPartial,   ///< some of it
    kUnknown,   ///< nothing of it
    kPending,   ///< no market time that could be known yet
};
std::string_view name_of(Knowledge knowledge);
/// Of so much market time, so much of it known.
Knowledge judge(std::int64_t market_ms, std::int64_t known_ms);

/// What is known of one ticker in a stretch of time. Only market time (regular sessions) counts.
struct Known {
    std::string ticker;
    Knowledge knowledge = Knowledge::kUnknown;
    std::int64_t market_ms = 0;   ///< market time in the stretch that should be known by now
    std::int64_t known_ms = 0;    ///< the part of it that is
    std::int64_t live_ms = 0;     ///< of the known part: from the stream
    std::vector<TimeRange> gaps;  ///< the rest, ascending
};

/// What is known of the ticker within `sessions`, each cut to [span.from_ms, span.to_ms] and to `horizon_ms`.
/// A gap shorter than a second counts as known (the first and the last trade aren't at a session's very
/// edges), but only beside known time, and not where it is all that was asked about.
Known known_of(const KnownTime& coverage, const std::string& ticker, const std::vector<Session>& sessions,
               const TimeRange& span, std::int64_t horizon_ms);

/// Market time of the session in the span, up to the horizon; the closing bell is no part of it.
std::optional<TimeRange> expected_part(const Session& session, const TimeRange& span,
                                       std::int64_t horizon_ms);

}  // namespace pulse::flow
