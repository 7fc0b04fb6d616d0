#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "market/underlyings.hpp"

namespace pulse {

/// How many items a comma-separated subscription list has.
std::size_t count_subscriptions(std::string_view list);

/// True when `T.*` is among them: only then is every trade delivered, and coverage can be promised.
bool asks_for_all_trades(std::string_view list);

/// Warnings about a subscription list that is likely not to deliver what was meant: partial wildcards, which
/// the vendor acknowledges and never serves, and contracts whose root the selection drops.
std::vector<std::string> subscription_warnings(std::string_view subscriptions,
                                               const Underlyings& underlyings);

}  // namespace pulse
