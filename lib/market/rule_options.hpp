#pragma once

#include <string>

#include "market/smart_money.hpp"

namespace CLI {
class App;
}

namespace pulse {

/// The smart-money rule on a command line: every tool that selects spells it alike.
struct RuleOptions {
    std::string underlyings{kMag7};
    std::string min_premium = "50000";
    int max_dte = 30;
    int min_dte = 0;
};

/// Adds --underlyings, --min-premium, --max-dte and --min-dte.
void declare_rule_options(CLI::App& app, RuleOptions& o);
/// Throws Error(kUsage) naming the option that makes no sense.
SmartMoneyRule rule_of(const RuleOptions& o);

}  // namespace pulse
