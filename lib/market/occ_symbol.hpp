#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "market/date.hpp"

namespace pulse {

enum class OptionSide : char { kCall = 'C', kPut = 'P' };

/// "CALL" or "PUT", as records and tables spell it.
constexpr std::string_view side_name(OptionSide side) {
    return side == OptionSide::kCall ? "CALL" : "PUT";
}

/// The parts of an OCC option symbol. Plain value, 24 bytes.
struct OccSymbol {
    std::array<char, 6> root_chars{};  ///< upper-case letters and digits, `root_size` of them
    std::uint8_t root_size = 0;        ///< 1 … 6
    OptionSide side = OptionSide::kCall;
    Day expiry{};                   ///< the date in the symbol, also when that is a Saturday
    std::int32_t strike_milli = 0;  ///< strike price in 1/1000 dollar, 0 … 99,999,999

    [[nodiscard]] std::string_view root() const { return {root_chars.data(), root_size}; }
};

/// Why a text is no OCC symbol.
enum class SymbolError { kNone, kPrefix, kLength, kRoot, kDate, kSide, kStrike };

/// What to tell the user about it.
std::string_view describe(SymbolError error);

/// Parses `O:` + root + YYMMDD + C|P + strike × 1000 in eight digits. Read from the right: adjusted roots end
/// in a digit (`O:SDS1220204C00003000` is root SDS1 expiring 2022-02-04), so the date can't be found from the
/// left. Returns kNone and fills `out`, or the reason and leaves `out` unspecified. Source of the grammar:
/// OCC's Options Symbology Initiative; the vendor strips the padding blanks and adds `O:`.
SymbolError parse_occ_symbol(std::string_view text, OccSymbol& out);

/// The strike as shortest exact decimal text: 190, 2.5, 0.125.
std::string strike_text(std::int32_t strike_milli);
/// The same at `at`, at most kMaxStrikeText characters; their end.
char* write_strike(char* at, std::int32_t strike_milli);
inline constexpr std::size_t kMaxStrikeText = 11;  // 99999.999; whatever the integer, it fits

}  // namespace pulse
