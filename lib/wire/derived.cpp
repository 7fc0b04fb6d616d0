#include "wire/derived.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/log.hpp"
#include "market/date.hpp"

namespace pulse {

namespace {

void append_int(std::string& out, int value) {
    char buffer[12];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace

void append_derived(std::string& out, const Derived& derived, const DerivedPresence& present) {
    if (!present.ticker) ((out += R"(,"ticker":")") += derived.symbol.root()) += '"';
    if (!present.expiry) ((out += R"(,"expiry":")") += date_text(derived.symbol.expiry)) += '"';
    if (!present.side) ((out += R"(,"side":")") += side_name(derived.symbol.side)) += '"';
    if (!present.strike) (out += R"(,"strike":)") += strike_text(derived.symbol.strike_milli);
    if (!present.premium) append_decimal(out += R"(,"premium":)", derived.premium);
    if (!present.dte) append_int(out += R"(,"dte":)", derived.dte);
}

void append_hit(std::string& log_lines, std::string_view sym, const Decimal& premium, int dte) {
    log_lines += log::line(log::Level::kInfo, fmt::format("💰 Smart Money: {} ${} premium, {} DTE", sym,
                                                          decimal_text(premium), dte));
}

}  // namespace pulse
