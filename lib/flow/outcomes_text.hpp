#pragma once

#include <cstddef>
#include <string>

#include "flow/outcomes.hpp"

namespace pulse::flow {

/// How many events were alike, in how many sessions; `none` and `unknown` are told apart.
std::string similar_sentence(const Outcomes& outcomes);

/// What followed within a horizon (its place in kHorizons) beside ordinary sessions; empty when there is
/// nothing to follow. Of a single event it tells no return.
std::string followed_sentence(const Outcomes& outcomes, std::size_t horizon);

/// What may be claimed of a horizon.
std::string verdict_sentence(const Outcomes& outcomes, std::size_t horizon);

/// The newest analogue, as the one row it is, without its return when there is no other; empty without
/// analogues.
std::string last_time_sentence(const Outcomes& outcomes);

}  // namespace pulse::flow
