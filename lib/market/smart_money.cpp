#include "market/smart_money.hpp"

namespace pulse {

std::string_view verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::kPass:
            return "passed";
        case Verdict::kUnderlying:
            return "underlying";
        case Verdict::kExpired:
            return "expired";
        case Verdict::kMinDte:
            return "min_dte";
        case Verdict::kMaxDte:
            return "max_dte";
        case Verdict::kPremium:
            return "premium";
    }
    return "";
}

std::optional<Judgement> judge(const SmartMoneyRule& rule, const OccSymbol& symbol, const Decimal& price,
                               std::int64_t contracts, std::int64_t t_ms, NewYorkClock& clock) {
    if (!rule.underlyings.contains(symbol.root())) return Judgement{Verdict::kUnderlying, {}, 0};
    const int dte = symbol.expiry - clock.date_of(t_ms);
    if (const Verdict verdict = judge_dte(rule, dte); verdict != Verdict::kPass)
        return Judgement{verdict, {}, dte};
    const auto premium = premium_of(price, contracts);
    if (!premium) return std::nullopt;
    return Judgement{*premium < rule.min_premium ? Verdict::kPremium : Verdict::kPass, *premium, dte};
}

}  // namespace pulse
