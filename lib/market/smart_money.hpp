#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "market/decimal.hpp"
#include "market/new_york.hpp"
#include "market/occ_symbol.hpp"
#include "market/underlyings.hpp"

namespace pulse {

/// Shares one standard contract stands for; premium = price × contracts × 100.
inline constexpr int kSharesPerContract = 100;

/// Which trades are kept.
struct SmartMoneyRule {
    Underlyings underlyings = Underlyings::parse(kMag7);
    Decimal min_premium{50'000, 0};  ///< dollars; a premium equal to it passes
    int min_dte = 0;                 ///< calendar days to expiry, inclusive
    int max_dte = 30;                ///< inclusive
};

/// The outcome for one trade, in the order the questions are asked: the first that applies counts.
enum class Verdict { kPass, kUnderlying, kExpired, kMinDte, kMaxDte, kPremium };
inline constexpr std::size_t kVerdicts = 6;

/// As the summary line spells it: underlying, expired, min_dte, max_dte, premium.
std::string_view verdict_name(Verdict verdict);

/// Days to expiry against the rule. `dte` is expiry date minus New York trade date, negative when expired.
constexpr Verdict judge_dte(const SmartMoneyRule& rule, int dte) {
    if (dte < 0) return Verdict::kExpired;
    if (dte < rule.min_dte) return Verdict::kMinDte;
    return dte > rule.max_dte ? Verdict::kMaxDte : Verdict::kPass;
}

/// Price × contracts × 100 in dollars, exact; nothing when it needs more than 18 digits.
inline std::optional<Decimal> premium_of(const Decimal& price, std::int64_t contracts) {
    if (contracts > INT64_MAX / kSharesPerContract) return std::nullopt;
    return multiply(price, contracts * kSharesPerContract);
}

/// A trade held against the rule.
struct Judgement {
    Verdict verdict;
    Decimal premium;  ///< dollars; set when the verdict is kPass or kPremium
    int dte;          ///< set unless the verdict is kUnderlying
};

/// Judges one trade: `price` in dollars a share, `contracts` ≥ 0, `t_ms` Unix ms. Nothing when the premium
/// needs more than 18 digits.
std::optional<Judgement> judge(const SmartMoneyRule& rule, const OccSymbol& symbol, const Decimal& price,
                               std::int64_t contracts, std::int64_t t_ms, NewYorkClock& clock);

}  // namespace pulse
