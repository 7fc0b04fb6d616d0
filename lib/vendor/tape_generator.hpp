#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "market/calendar.hpp"

namespace pulse {

/// What tape to invent. The same plan gives the same bytes.
struct TapePlan {
    std::uint64_t trades = 0;
    std::uint64_t seed = 1;
    Session session;                       ///< from session_of()
    std::vector<std::string> underlyings;  ///< empty: all the invented market's roots
};

/// Writes a session's tape of exactly `plan.trades` lines in delivery order: U-shaped arrivals, single
/// prints, sweeps over several exchanges, multi-leg trades, identical prints, late prints, cancels. `sink`
/// gets whole lines in chunks of about a MiB; when it returns false the rest is not made. See docs of
/// `polygon-sim generate` for the rates.
void generate_tape(const TapePlan& plan, const std::function<bool(std::string_view)>& sink);

}  // namespace pulse
