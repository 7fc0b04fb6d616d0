#include "market/occ_symbol.hpp"

#include <cstring>
#include <optional>

#include "market/decimal.hpp"

namespace pulse {

namespace {

constexpr std::size_t kPrefixSize = 2;  // O:
constexpr std::size_t kTailSize = 15;   // YYMMDD, C or P, eight digits
constexpr std::size_t kMaxRoot = 6;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_root_char(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

/// Eight bytes from anywhere, the first one lowest.
std::uint64_t load8(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// The number that eight characters spell; nothing when one of them is no digit. Adds neighbours pairwise.
std::optional<std::int32_t> number_of(std::uint64_t word) {
    constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0;
    if (((word & kHigh) | ((word + 0x0606060606060606) & kHigh) >> 4) != 0x3333333333333333)
        return std::nullopt;
    word -= 0x3030303030303030;
    word = word * 10 + (word >> 8);
    word = ((word & 0x000000FF000000FF) * 0x000F424000000064 +
            ((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
           32;
    return static_cast<std::int32_t>(word);
}

/// Six digits; the two characters before them are read, too.
bool parse_expiry(const char* digits, Day& out) {
    const auto number = number_of((load8(digits - 2) & ~std::uint64_t{0xFFFF}) | 0x3030);
    if (!number) return false;
    const std::chrono::year_month_day ymd{std::chrono::year{2000 + *number / 10'000},
                                          std::chrono::month{static_cast<unsigned>(*number / 100 % 100)},
                                          std::chrono::day{static_cast<unsigned>(*number % 100)}};
    if (!ymd.ok()) return false;
    out = static_cast<Day>(std::chrono::sys_days{ymd}.time_since_epoch().count());
    return true;
}

}  // namespace

std::string_view describe(SymbolError error) {
    switch (error) {
        case SymbolError::kNone:
            return "";
        case SymbolError::kPrefix:
            return "sym does not start with O:";
        case SymbolError::kLength:
            return "sym is no OCC symbol: wrong length (root of 1-6, then YYMMDD, C or P, 8 strike digits)";
        case SymbolError::kRoot:
            return "sym is no OCC symbol: its root holds other than A-Z and 0-9";
        case SymbolError::kDate:
            return "sym is no OCC symbol: impossible expiry date";
        case SymbolError::kSide:
            return "sym is no OCC symbol: neither C nor P before the strike";
        case SymbolError::kStrike:
            return "sym is no OCC symbol: the strike is not eight digits";
    }
    return "";
}

SymbolError parse_occ_symbol(std::string_view text, OccSymbol& out) {
    if (!text.starts_with("O:")) return SymbolError::kPrefix;
    if (text.size() <= kPrefixSize + kTailSize || text.size() > kPrefixSize + kMaxRoot + kTailSize)
        return SymbolError::kLength;
    const std::string_view tail = text.substr(text.size() - kTailSize);
    const std::string_view root = text.substr(kPrefixSize, text.size() - kPrefixSize - kTailSize);
    out.root_chars = {};
    for (std::size_t i = 0; i < root.size(); ++i) {
        if (!is_root_char(root[i])) return SymbolError::kRoot;
        out.root_chars[i] = root[i];
    }
    out.root_size = static_cast<std::uint8_t>(root.size());
    if (!parse_expiry(tail.data(), out.expiry)) return SymbolError::kDate;
    if (tail[6] != 'C' && tail[6] != 'P') return SymbolError::kSide;
    out.side = static_cast<OptionSide>(tail[6]);
    const auto strike = number_of(load8(tail.data() + 7));
    if (!strike) return SymbolError::kStrike;
    out.strike_milli = *strike;
    return SymbolError::kNone;
}

char* write_strike(char* at, std::int32_t strike_milli) {
    auto thousandths = static_cast<std::uint32_t>(strike_milli);
    std::int32_t scale = 3;
    for (; scale > 0 && thousandths % 10 == 0; --scale) thousandths /= 10;
    return write_decimal(at, {thousandths, scale});
}

std::string strike_text(std::int32_t strike_milli) {
    char text[kMaxStrikeText];
    return {text, write_strike(text, strike_milli)};
}

}  // namespace pulse
