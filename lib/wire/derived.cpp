#include "wire/derived.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <iterator>

#include "base/log.hpp"
#include "market/date.hpp"

namespace pulse {

namespace {

/// Text of a known length, copied in one step.
template <std::size_t N>
char* write_text(char* at, const char (&text)[N]) {
    std::memcpy(at, text, N - 1);
    return at + N - 1;
}

char* write_root(char* at, const OccSymbol& symbol) {
    static_assert(sizeof symbol.root_chars == 6);
    std::memcpy(at, symbol.root_chars.data(), 6);  // all of them: shorter ones are overwritten
    return at + symbol.root_size;
}

char* write_side(char* at, OptionSide side) {
    return side == OptionSide::kCall ? write_text(at, "CALL") : write_text(at, "PUT");
}

/// The keys and quotes, then what stands between them; the days are an int.
constexpr std::size_t kMaxDerived =
    sizeof R"(,"ticker":"","expiry":"","side":"","strike":,"premium":,"dte":)" + 6 + 10 + 4 + kMaxStrikeText +
    kMaxDecimalText + 11;

}  // namespace

void append_derived(std::string& out, const Derived& derived, const DerivedPresence& present) {
    char text[kMaxDerived];
    char* at = text;
    if (!present.ticker) {
        at = write_root(write_text(at, R"(,"ticker":")"), derived.symbol);
        *at++ = '"';
    }
    if (!present.expiry) {
        at = write_date(write_text(at, R"(,"expiry":")"), derived.symbol.expiry);
        *at++ = '"';
    }
    if (!present.side) {
        at = write_side(write_text(at, R"(,"side":")"), derived.symbol.side);
        *at++ = '"';
    }
    if (!present.strike) at = write_strike(write_text(at, R"(,"strike":)"), derived.symbol.strike_milli);
    if (!present.premium) at = write_decimal(write_text(at, R"(,"premium":)"), derived.premium);
    if (!present.dte) at = std::to_chars(write_text(at, R"(,"dte":)"), std::end(text), derived.dte).ptr;
    out.append(text, at);
}

void append_hit(std::string& log_lines, std::string_view sym, const Decimal& premium, int dte) {
    log_lines += log::line(log::Level::kInfo, fmt::format("💰 Smart Money: {} ${} premium, {} DTE", sym,
                                                          decimal_text(premium), dte));
}

}  // namespace pulse
