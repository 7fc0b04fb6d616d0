#pragma once

#include <string>
#include <string_view>

#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"
#include "wire/record.hpp"

namespace pulse {

/// The fields occ-filter computes for a trade.
struct Derived {
    const OccSymbol& symbol;
    Decimal premium;  ///< dollars
    int dte;          ///< calendar days
};

/// Appends `,"ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"premium":85000,"dte":14`,
/// without those that `present` says the line has already.
void append_derived(std::string& out, const Derived& derived, const DerivedPresence& present = {});

/// Appends the log line of a hit: `… 💰 Smart Money: O:AAPL251219C00190000 $85000 premium, 14 DTE`.
void append_hit(std::string& log_lines, std::string_view sym, const Decimal& premium, int dte);

}  // namespace pulse
