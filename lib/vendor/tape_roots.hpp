#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pulse {

/// Which expirations a class of options has.
enum class ExpiryCycle {
    kDaily,      ///< every session of the next two weeks, Fridays, monthlies: SPY, QQQ, IWM, SPXW
    kMonWedFri,  ///< Fridays and monthlies; Mondays and Wednesdays too since 2026-01-26: the MAG7
    kWeekly,     ///< Fridays and monthlies
    kMonthly,    ///< monthlies only
    kAdjusted,   ///< the monthlies of an adjusted root (AAPL1): odd strikes, few trades
};

/// One option root of the invented market.
struct TapeRoot {
    std::string name;
    double spot = 0;    ///< invented price of the underlying in dollars
    double weight = 0;  ///< share of the prints, relative to the other roots
    ExpiryCycle cycle = ExpiryCycle::kWeekly;
    double volatility = 0.3;  ///< a year
};

/// The whole invented market: about 500 roots, well-known names first. The MAG7 have a quarter of the weight.
std::vector<TapeRoot> all_tape_roots();

/// The roots of `names` out of all_tape_roots(), in that order and with their weights; a name that isn't
/// among them gets an invented spot and a small weight. An empty list means all.
std::vector<TapeRoot> tape_roots(const std::vector<std::string>& names);

}  // namespace pulse
