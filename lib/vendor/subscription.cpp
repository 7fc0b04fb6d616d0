#include "vendor/subscription.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "market/occ_symbol.hpp"

namespace pulse {

std::size_t count_subscriptions(std::string_view list) {
    return 1 + static_cast<std::size_t>(std::count(list.begin(), list.end(), ','));
}

bool asks_for_all_trades(std::string_view list) {
    return ("," + std::string(list) + ",").find(",T.*,") != std::string::npos;
}

std::vector<std::string> subscription_warnings(std::string_view subscriptions,
                                               const Underlyings& underlyings) {
    std::vector<std::string> warnings;
    while (!subscriptions.empty()) {
        const std::size_t comma = std::min(subscriptions.find(','), subscriptions.size());
        const std::string_view item = subscriptions.substr(0, comma);
        subscriptions.remove_prefix(std::min(comma + 1, subscriptions.size()));
        OccSymbol symbol;
        if (item.ends_with('*') && !item.ends_with(".*")) {
            warnings.push_back(
                fmt::format("{} is a partial wildcard: the vendor acknowledges it, but no one has seen it "
                            "deliver a trade; use T.* and select with --underlyings",
                            item));
        } else if (item.starts_with("T.") && parse_occ_symbol(item.substr(2), symbol) == SymbolError::kNone &&
                   !underlyings.contains(symbol.root())) {
            warnings.push_back(fmt::format(
                "{} is subscribed to, but --underlyings doesn't select {}: its trades are dropped", item,
                symbol.root()));
        }
    }
    return warnings;
}

}  // namespace pulse
