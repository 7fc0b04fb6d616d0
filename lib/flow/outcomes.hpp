#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/cluster.hpp"
#include "flow/snapshot.hpp"
#include "market/date.hpp"
#include "market/decimal.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// Fewer analogues, or fewer ordinary sessions to compare with, say nothing, whatever their mean.
inline constexpr int kAnaloguesNeeded = 20;
/// Sessions after the event.
inline constexpr std::array<int, 3> kHorizons{1, 3, 5};

/// What happened to the stock, as fractions (0.03 is +3 %), computed exactly, then rounded to 6 decimals,
/// half away from zero. A horizon has both returns or, when one of their bars is missing, neither. The
/// tradable one holds the stock for h sessions whenever the event was known, as after an ordinary session.
struct Returns {
    std::array<std::optional<double>, kHorizons.size()>
        descriptive;  ///< close of `base` → close h sessions later
    std::array<std::optional<double>, kHorizons.size()>
        tradable;  ///< open of `entry` → close of the h-th session from `entry` on: for h = 1 its own
};

/// The largest 30-minute cluster of one ticker and side in one session.
struct FlowEvent {
    Day session{};
    Cluster cluster;            ///< unscored, without hits, share_of_side and hhi
    std::int64_t known_ms = 0;  ///< known_at
    Day base{};                 ///< the first session whose close comes after known_at
    Day entry{};                ///< the first session whose open comes after known_at
    Returns returns;            ///< only of bars that were over by as_of; incomplete horizons are empty
};

/// Which earlier events are like this one: same ticker and side, premium from half of it to twice it.
struct Similarity {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    Decimal premium_from, premium_to;
};

/// 95 % Wilson score interval of `hits` of `n`; 0 … 1 when n is 0.
struct Interval {
    double low = 0;
    double high = 1;
};
Interval wilson(std::int64_t hits, std::int64_t n);

/// Some returns, described.
struct Distribution {
    std::vector<double> returns;         ///< ascending
    int up = 0;                          ///< greater than zero
    std::optional<double> mean, median;  ///< rounded like the returns
    Interval wilson;                     ///< of up in n
    [[nodiscard]] int n() const { return static_cast<int>(returns.size()); }
};

/// 95 % interval of the difference of two shares, `hits` / `n` less `other_hits` / `other_n`, both n > 0:
/// Newcombe's hybrid score interval (1998, method 10), made of Wilson's of each. Between -1 and 1.
Interval newcombe(std::int64_t hits, std::int64_t n, std::int64_t other_hits, std::int64_t other_n);

/// How often the stock rose.
struct Ups {
    int n = 0;
    int up = 0;
};

/// By sessions whose horizons don't overlap (see Independent): overlapping ones count the same days twice.
enum class OutcomeVerdict {
    kInsufficient,  ///< fewer than kAnaloguesNeeded such analogues or ordinary sessions
    kNoDifference,  ///< 0 lies within the interval of the difference of their shares of ups
    kDiffers,       ///< it doesn't. Not corrected for how many questions were asked
};
std::string_view name_of(OutcomeVerdict verdict);  ///< insufficient, no_difference, differs

/// Those among the tradable returns of a horizon of h sessions whose h sessions don't overlap: the oldest,
/// then the first one at least h sessions later, and so on.
struct Independent {
    Ups analogues, ordinary;
    std::optional<Interval>
        difference;  ///< of the shares of ups, analogues less ordinary: newcombe(); nothing when one n is 0
};

struct HorizonOutcome {
    int sessions = 1;
    Distribution descriptive, tradable;  ///< of the analogues
    Distribution base_descriptive,
        base_tradable;   ///< of the same ticker's sessions in the period without a similar event
    int incomplete = 0;  ///< analogues dropped: the horizon isn't over, or a bar is missing
    Independent independent;
    OutcomeVerdict verdict = OutcomeVerdict::kInsufficient;
};

struct OutcomesQuestion {
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    /// The premium that analogues resemble; without it the newest event's, which is given as `event`.
    std::optional<Decimal> premium;
    /// Nothing later is looked at: orders and events known after it, bars that weren't over. An instant of
    /// knowing, not of trading: for everything stored, the wall clock's now.
    std::int64_t as_of_ms = 0;
    std::optional<Day>
        before;  ///< analogues are of strictly earlier sessions; default: the event's session, else as_of's
};

struct Outcomes {
    std::optional<FlowEvent>
        event;  ///< the one asked about; nothing when a premium was given or there is none
    Similarity similarity;
    std::int64_t as_of_ms = 0;
    int days = 0;              ///< how far back it goes, in calendar days
    Day first{}, last{};       ///< the sessions of the period, inclusive; first > last: there are none
    int sessions = 0;          ///< in the period
    int unknown_sessions = 0;  ///< of them: with a coverage gap, or with trades whose orders weren't joined
                               ///< (unjoined_places()); neither events nor ordinary
    int skipped_sessions = 0;  ///< newer than the event's and unknown: there may be a newer event
    std::vector<FlowEvent> analogues;  ///< all, newest first, losers as well
    std::array<HorizonOutcome, kHorizons.size()> horizons;
};

/// The period: from the first session anything is known of (at most 90 calendar days before, or 400 with more
/// history asked by `days`) to the session before the event. Throws DbError.
Outcomes read_outcomes(store::Connection& connection, const OutcomesQuestion& question,
                       const Snapshot& snapshot, int days = 90);

/// {"event":{…}|null,"similarity":{…,"rule"},"as_of","period":{"days","from","to","sessions","unknown_sessions",
///  "skipped_sessions","events","ordinary"},
///  "horizons":[{"sessions","descriptive":D,"tradable":D,"base":{"descriptive":D,"tradable":D},"incomplete",
///  "independent":{"n","up","base":{"n","up"}},"difference":{"low","high"}|null,"verdict","analogues_needed"}],"analogues":[{"session","option_symbol","strike","expiry","dte","window":{"from","to"},"premium","orders","prints","known_at","base","entry",
///  "returns":{"1":{"descriptive","tradable"},"3":…,"5":…}}],"statement":"…"}
/// `event` has the members of an analogue; without any event the similarity's premiums are null, without
/// sessions the period's dates.
/// with D = {"n","up","mean","median","wilson":{"low","high"},"returns":[…]}. Without the braces around.
std::string outcomes_json(const Outcomes& outcomes);

/// What may be said of them, in words: never a direction from fewer than kAnaloguesNeeded.
std::string outcomes_statement(const Outcomes& outcomes);

}  // namespace pulse::flow
