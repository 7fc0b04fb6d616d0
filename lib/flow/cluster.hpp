#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "market/date.hpp"
#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"

namespace pulse::flow {

/// Why a premium has a p or has none.
enum class ScoreStatus {
    kScored,
    kInsufficientHistory,  ///< fewer than kSessionsNeeded sessions in the cell
    kNoBaseline,           ///< nobody counted windows of this length
    kNoCell,               ///< more than 30 days to expiry, or outside of market time
    kGap,  ///< the window itself isn't known whole: its premium is a lower bound, and nothing is claimed
};
/// scored, insufficient_history, no_baseline, no_cell, gap.
std::string_view name_of(ScoreStatus status);
inline constexpr int kSessionsNeeded = 20;

/// A premium held against earlier sessions. p = (1 + larger) / (1 + windows). It is an upper bound: the
/// windows counted hold every print, the premium only orders over the threshold; and windows of the premium's
/// own bucket count as larger.
struct Score {
    ScoreStatus status = ScoreStatus::kNoBaseline;
    std::int64_t larger = 0;  ///< windows with as much premium or more
    std::int64_t windows =
        0;             ///< windows of the cell in strictly earlier sessions; of a session they are dependent
    int sessions = 0;  ///< those sessions; without those with a coverage gap in the cell's half hour
    std::optional<double> p;  ///< when scored
    double looks_per_day =
        0;  ///< windows looked at on an average day of the history, over all tickers watched or asked about
    /// Equal or rarer alarms a day to be expected by chance: p × looks_per_day. When scored, and when there
    /// are looks.
    std::optional<double> expected_per_day;
};

/// One order of a cluster.
struct Hit {
    std::int64_t first_ms = 0;
    Decimal premium;
    std::int64_t prints = 0;
    std::string kind;  ///< sweep, block, split
};

/// The orders of one contract within one window of event time. Multi-leg, stock-tied, late and cancelled
/// prints are left out of everything but `left_out`.
struct Cluster {
    std::string option_symbol;
    std::string ticker;
    OptionSide side = OptionSide::kCall;
    Decimal strike;
    Day expiry{};
    int dte = 0;
    int window_min = 30;
    std::int64_t from_ms = 0;  ///< the window: orders with first_ms in [from_ms, to_ms)
    std::int64_t to_ms = 0;
    std::int64_t first_ms = 0;  ///< first and last print of its orders
    std::int64_t last_ms = 0;
    Decimal premium;  ///< dollars
    std::int64_t orders = 0;
    std::int64_t prints = 0;
    std::int64_t size = 0;                ///< contracts
    int exchanges = 0;                    ///< different ones
    std::optional<double> share_of_side;  ///< of the ticker's premium on that side in the window
    std::optional<double> hhi;  ///< of that side's premium over (expiry, strike): 1 = all in one, 0 … 1
    Decimal left_out;           ///< dollars, of the same contract and window
    Decimal auction;            ///< dollars, part of `premium`
    std::vector<Hit> hits;      ///< repeated hits: its largest orders, at most 10, in time order
    Score score;
};

/// {"option_symbol","ticker","side","strike","expiry","dte","window":{"minutes","from","to"},"premium","orders","prints","size",
///  "exchanges","first","last","share_of_side","hhi","left_out_premium","auction_premium","auction_share","hits":[{"at","premium",
///  "prints","kind"}],"unusual":{"status","p","larger","windows","sessions","sessions_needed","looks_per_day","expected_per_day"}}
/// Shares and hhi have 4 decimals, p the shortest text that reads back the same double; what is unknown is
/// null.
void append_json(std::string& out, const Cluster& cluster);

}  // namespace pulse::flow
