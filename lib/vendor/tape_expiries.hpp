#pragma once

#include <vector>

#include "market/date.hpp"
#include "vendor/tape_roots.hpp"

namespace pulse {

/// The expiration dates a class of options has on `day`, ascending, without repeats, none before `day`; the
/// last one is about two years away. Rules: Fridays (Thursday when the exchange is closed on Friday); the
/// standard monthly is the third Friday, and before February 2015 carries the Saturday after it; Mondays and
/// Wednesdays of the MAG7 were first listed on 2026-01-26 for 2 and 4 February 2026.
std::vector<Day> tape_expiries(Day day, ExpiryCycle cycle);

}  // namespace pulse
