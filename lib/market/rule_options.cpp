#include "market/rule_options.hpp"

#include <CLI/CLI.hpp>

#include "base/error.hpp"

namespace pulse {

void declare_rule_options(CLI::App& app, RuleOptions& o) {
    app.add_option("--underlyings", o.underlyings, "option roots to keep, or ALL; only exact roots match")
        ->type_name("LIST")
        ->capture_default_str();
    app.add_option("--min-premium", o.min_premium, "least price x contracts x 100, in dollars")
        ->type_name("USD")
        ->capture_default_str();
    app.add_option("--max-dte", o.max_dte, "most calendar days to expiry")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--min-dte", o.min_dte, "fewest calendar days to expiry")
        ->type_name("N")
        ->capture_default_str();
}

SmartMoneyRule rule_of(const RuleOptions& o) {
    const auto min_premium = parse_decimal(o.min_premium);
    if (!min_premium || min_premium->digits < 0)
        throw Error(Exit::kUsage,
                    "--min-premium takes dollars like 50000 or 2500.50, not '" + o.min_premium + "'");
    if (o.min_dte < 0 || o.max_dte < o.min_dte)
        throw Error(Exit::kUsage, "--min-dte and --max-dte take days with 0 <= min <= max");
    return {Underlyings::parse(o.underlyings), *min_premium, o.min_dte, o.max_dte};
}

}  // namespace pulse
