#include "flow/trade_filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "flow/parameters.hpp"

namespace pulse::flow {

namespace {

constexpr std::size_t kMaxTickers = 50;
constexpr std::int32_t kMaxDte = 3650;
constexpr std::size_t kMaxNumberText = 40;

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return upper(c); });
    return out;
}

// An OCC root: that is how trades are stored.
bool is_root(std::string_view text) {
    const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto good = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= 6 && letter(text[0]) &&
           std::all_of(text.begin(), text.end(), good);
}

std::vector<std::string> read_tickers(std::string_view value) {
    std::vector<std::string> tickers;
    for (const std::string& entry : read_list("ticker", value)) {
        tickers.push_back(upper(entry));
        if (!is_root(tickers.back()))
            throw ParameterError("ticker",
                                 "ticker must be a list of OCC roots like AAPL,BRKB: a letter first, at most "
                                 "six letters and digits, no dots");
    }
    std::sort(tickers.begin(), tickers.end());
    tickers.erase(std::unique(tickers.begin(), tickers.end()), tickers.end());
    if (tickers.size() > kMaxTickers)
        throw ParameterError("ticker", fmt::format("ticker takes at most {} names", kMaxTickers));
    return tickers;
}

OptionSide read_side(std::string_view value) {
    const std::string side = upper(value);
    if (side == "CALL") return OptionSide::kCall;
    if (side == "PUT") return OptionSide::kPut;
    throw ParameterError("side", "side must be CALL or PUT");
}

Decimal read_amount(std::string_view name, std::string_view value) {
    const auto amount = value.size() <= kMaxNumberText ? parse_decimal(value) : std::optional<Decimal>();
    if (!amount || amount->digits < 0)
        throw ParameterError(
            std::string(name),
            fmt::format("{} must be a number of dollars like 50000 or 2.5, not negative, at most 18 digits",
                        name));
    return *amount;
}

Day read_expiry(std::string_view value) {
    const auto day = parse_date(value);
    if (!day || *day < 0)
        throw ParameterError("expiry", "expiry must be a date like 2025-12-19, from 1970 on");
    return *day;
}

bool read_cancelled(std::string_view value) {
    if (value == "include") return true;
    if (value == "exclude") return false;
    throw ParameterError("cancelled", "cancelled must be include or exclude");
}

}  // namespace

bool TradeFilter::set(std::string_view name, std::string_view value) {
    if (name == "ticker")
        tickers = read_tickers(value);
    else if (name == "side")
        side = read_side(value);
    else if (name == "min_premium")
        min_premium = read_amount(name, value);
    else if (name == "max_dte")
        max_dte = static_cast<std::int32_t>(read_number(name, value, 0, kMaxDte));
    else if (name == "expiry")
        expiry = read_expiry(value);
    else if (name == "strike")
        strike = read_amount(name, value);
    else if (name == "since")
        since_ms = read_instant(name, value, false);
    else if (name == "until")
        until_ms = read_instant(name, value, true);
    else if (name == "cancelled")
        cancelled = read_cancelled(value);
    else
        return false;
    return true;
}

void TradeFilter::check() const {
    if (since_ms && until_ms && *since_ms > *until_ms)
        throw ParameterError("since", "since must not be later than until");
}

std::string TradeFilter::canonical() const {
    std::string text = fmt::format("ticker={}", fmt::join(tickers, ","));
    if (side) text += fmt::format(";side={}", side_name(*side));
    if (min_premium && min_premium->digits > 0)
        text += fmt::format(";min_premium={}", decimal_text(*min_premium));
    if (max_dte) text += fmt::format(";max_dte={}", *max_dte);
    if (expiry) text += fmt::format(";expiry={}", date_text(*expiry));
    if (strike) text += fmt::format(";strike={}", decimal_text(*strike));
    if (cancelled) text += ";cancelled";
    return text;
}

bool TradeFilter::matches(const StoredTrade& trade) const {
    if (!tickers.empty() && !std::binary_search(tickers.begin(), tickers.end(), trade.ticker)) return false;
    if (side && *side != trade.side) return false;
    if (min_premium && trade.premium < *min_premium) return false;
    if (max_dte && trade.dte > *max_dte) return false;
    if (expiry && *expiry != trade.expiry) return false;
    if (strike && *strike != trade.strike) return false;
    if (since_ms && trade.t_ms < *since_ms) return false;
    if (until_ms && trade.t_ms > *until_ms) return false;
    return cancelled || !trade.cancelled_ms;
}

}  // namespace pulse::flow
