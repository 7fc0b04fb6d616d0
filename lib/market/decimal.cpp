#include "market/decimal.hpp"

#include <algorithm>
#include <charconv>

namespace pulse {

namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kDigitsLimit = 1'000'000'000'000'000'000;  // 10^18
constexpr std::int32_t kMaxScale = 18;

constexpr Int128 power_of_ten(int exponent) {
    Int128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

template <typename Integer>
Integer strip_zeros(Integer digits, std::int32_t& scale) {
    for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
    return digits;
}

std::optional<Decimal> normalize(Int128 digits, std::int32_t scale) {
    if (digits == 0) return Decimal{};
    // Division of 128 bits is slow, and hardly a number needs it.
    const auto small = static_cast<std::int64_t>(digits);
    digits = small == digits ? strip_zeros(small, scale) : strip_zeros(digits, scale);
    for (; scale < 0; ++scale) {
        if (digits >= kDigitsLimit || digits <= -kDigitsLimit) return std::nullopt;
        digits *= 10;
    }
    if (scale > kMaxScale || digits >= kDigitsLimit || digits <= -kDigitsLimit) return std::nullopt;
    return Decimal{static_cast<std::int64_t>(digits), scale};
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A JSON number in parts: the text of its digits without the point, and its scale.
struct Scanner {
    std::string_view text;
    std::size_t at = 0;
    Int128 digits = 0;
    int significant = 0;
    std::int64_t scale = 0;

    [[nodiscard]] bool more_digits() const { return at < text.size() && is_digit(text[at]); }
    bool take_digits(bool fraction) {
        const std::size_t start = at;
        for (; more_digits(); ++at) {
            if (significant > 0 || text[at] != '0') ++significant;
            if (significant > 36) return false;
            digits = digits * 10 + (text[at] - '0');
            if (fraction) ++scale;
        }
        return at > start;
    }
    bool take_exponent() {
        if (at < text.size() && text[at] == '+' && at + 1 < text.size() && is_digit(text[at + 1])) ++at;
        int exponent = 0;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
        if (error != std::errc{}) return false;
        at = static_cast<std::size_t>(end - text.data());
        scale -= exponent;
        return true;
    }
};

}  // namespace

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
    // Both have at most 18 digits, so one shift by at most 18 places stays below 10^36.
    const Int128 left =
        static_cast<Int128>(a.digits) * power_of_ten(b.scale > a.scale ? b.scale - a.scale : 0);
    const Int128 right =
        static_cast<Int128>(b.digits) * power_of_ten(a.scale > b.scale ? a.scale - b.scale : 0);
    return left <=> right;
}

std::optional<Decimal> make_decimal(std::int64_t digits, std::int32_t scale) {
    return normalize(digits, scale);
}

std::optional<Decimal> parse_decimal(std::string_view text) {
    Scanner scan{text};
    const bool negative = !text.empty() && text[0] == '-';
    if (negative) ++scan.at;
    if (!scan.more_digits()) return std::nullopt;
    if (text[scan.at] == '0' && scan.at + 1 < text.size() && is_digit(text[scan.at + 1])) return std::nullopt;
    if (!scan.take_digits(false)) return std::nullopt;
    if (scan.at < text.size() && text[scan.at] == '.') {
        ++scan.at;
        if (!scan.take_digits(true)) return std::nullopt;
    }
    if (scan.at < text.size() && (text[scan.at] == 'e' || text[scan.at] == 'E')) {
        ++scan.at;
        if (!scan.take_exponent()) return std::nullopt;
    }
    if (scan.at != text.size()) return std::nullopt;
    if (scan.digits == 0) return Decimal{};
    if (scan.scale > 60 || scan.scale < -60) return std::nullopt;
    return normalize(negative ? -scan.digits : scan.digits, static_cast<std::int32_t>(scan.scale));
}

std::optional<Decimal> multiply(const Decimal& a, std::int64_t b) {
    return normalize(static_cast<Int128>(a.digits) * b, a.scale);
}

char* write_decimal(char* at, const Decimal& value) {
    if (value.digits < 0) *at++ = '-';
    auto rest = static_cast<std::uint64_t>(value.digits < 0 ? -value.digits : value.digits);
    // From the right, because only there the place of the point is known.
    char buffer[kMaxDecimalText];
    char* const end = buffer + sizeof buffer;
    char* begin = end;
    for (std::int32_t place = value.scale; place > 0; --place, rest /= 10)
        *--begin = static_cast<char>('0' + rest % 10);
    if (value.scale > 0) *--begin = '.';
    do {
        *--begin = static_cast<char>('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    return std::copy(begin, end, at);
}

void append_decimal(std::string& out, const Decimal& value) {
    char text[kMaxDecimalText];
    out.append(text, write_decimal(text, value));
}

std::string decimal_text(const Decimal& value) {
    char text[kMaxDecimalText];
    return {text, write_decimal(text, value)};
}

}  // namespace pulse
