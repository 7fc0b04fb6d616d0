#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/cluster.hpp"
#include "flow/known_time.hpp"
#include "flow/outcomes.hpp"
#include "flow/trade_filter.hpp"

namespace pulse::flow {

/// Everything a briefing may speak of. Its text says nothing else.
struct Evidence {
    std::vector<std::string> tickers;  ///< those asked for; none: all that are watched
    std::string filter;                ///< what else was asked for, in words: filter_words()
    std::int64_t from_ms = 0;          ///< the window
    std::int64_t to_ms = 0;
    std::optional<Cluster> cluster;  ///< nothing: no order in the window that was asked for and counts
    Decimal
        left_out;  ///< dollars left out in the window (multi-leg, stock-tied, late), of what was asked for
    std::vector<std::string> unjoined;  ///< of the tickers: trades are stored, their orders aren't known
    std::optional<Outcomes> outcomes;
    Knowledge knowledge = Knowledge::kUnknown;  ///< of the window
    int gap_count = 0;                          ///< in the window
    std::optional<std::int64_t> delay_ms;       ///< of the feed, as last seen
    std::optional<std::int64_t>
        live_until_ms;  ///< stored up to here: by the stream, or when behind, by any source
    std::optional<std::int64_t> behind_ms;  ///< how much later than it should be; nothing: not behind
    bool simulated = false;
};

struct Sentence {
    std::string part;  ///< flow, unusual, side, left_out, auction, history, last_time, coverage
    std::string text;
};

/// The conditions on a contract, and on a cluster's premium: `calls, strike 195, expiry 2026-12-18, at most 7
/// DTE, at least $100000`; empty without any. Of tickers and times nothing.
std::string filter_words(const TradeFilter& filter);

/// What may be said, part by part, in a fixed order.
std::vector<Sentence> briefing_sentences(const Evidence& evidence);

/// {"text","sentences":[{"part","text"}],"evidence":{"tickers":[…],"filter":"…"|null,"window":{…},
///  "cluster":{…}|null,"left_out","unjoined":[…],"outcomes":{…}|null,"coverage_state","gap_count","feed_delay_s","live_until","behind_s","simulated"},"cannot_say":["who
///  bought and who sold: …", …]}
std::string briefing_json(const Evidence& evidence);

}  // namespace pulse::flow
