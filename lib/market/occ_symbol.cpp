#include "market/occ_symbol.hpp"

#include <algorithm>

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

constexpr unsigned two_digits(std::string_view text, std::size_t at) {
    return static_cast<unsigned>(text[at] - '0') * 10 + static_cast<unsigned>(text[at + 1] - '0');
}

bool parse_expiry(std::string_view digits, Day& out) {
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
    const std::chrono::year_month_day ymd{std::chrono::year{2000 + static_cast<int>(two_digits(digits, 0))},
                                          std::chrono::month{two_digits(digits, 2)},
                                          std::chrono::day{two_digits(digits, 4)}};
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
    if (!std::all_of(root.begin(), root.end(), is_root_char)) return SymbolError::kRoot;
    if (!parse_expiry(tail.substr(0, 6), out.expiry)) return SymbolError::kDate;
    if (tail[6] != 'C' && tail[6] != 'P') return SymbolError::kSide;
    std::int32_t strike = 0;
    for (const char c : tail.substr(7)) {
        if (!is_digit(c)) return SymbolError::kStrike;
        strike = strike * 10 + (c - '0');
    }
    out.root_chars = {};
    std::copy(root.begin(), root.end(), out.root_chars.begin());
    out.root_size = static_cast<std::uint8_t>(root.size());
    out.side = static_cast<OptionSide>(tail[6]);
    out.strike_milli = strike;
    return SymbolError::kNone;
}

std::string strike_text(std::int32_t strike_milli) {
    std::string text = std::to_string(strike_milli / 1000);
    if (const int fraction = strike_milli % 1000; fraction != 0) {
        const std::string digits = std::to_string(1000 + fraction);  // 1ddd keeps the leading zeros
        text += '.';
        text.append(digits, 1);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text;
}

}  // namespace pulse
