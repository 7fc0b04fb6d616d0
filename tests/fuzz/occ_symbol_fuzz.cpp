// What is accepted as an OCC symbol must be rebuilt from its parts to the letter.

#include <fmt/format.h>

#include <string_view>

#include "check.hpp"
#include "market/occ_symbol.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    pulse::OccSymbol symbol;
    if (parse_occ_symbol(text, symbol) != pulse::SymbolError::kNone) return 0;
    const std::string date = pulse::date_text(symbol.expiry);
    FUZZ_CHECK(text == fmt::format("O:{}{}{}{}{}{:08}", symbol.root(), date.substr(2, 2), date.substr(5, 2),
                                   date.substr(8, 2), static_cast<char>(symbol.side), symbol.strike_milli));
    FUZZ_CHECK(date.starts_with("20"));
    return 0;
}
