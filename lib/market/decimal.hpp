#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulse {

/// An exact decimal number, digits × 10^-scale, always in shortest form (85.50 is 855 × 10^-1, 100 is 100 ×
/// 10^0). Money never passes through binary floating point.
struct Decimal {
    std::int64_t digits = 0;  ///< |digits| < 10^18
    std::int32_t scale = 0;   ///< 0 … 18 digits after the point

    friend bool operator==(const Decimal&, const Decimal&) = default;
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
};

/// The value of digits × 10^-scale; `scale` may be negative or leave trailing zeros. Nothing when it doesn't
/// fit.
std::optional<Decimal> make_decimal(std::int64_t digits, std::int32_t scale);

/// Reads a JSON number (-12, 8.50, 1.25e3). Nothing when the text is no number or needs more than 18 digits.
std::optional<Decimal> parse_decimal(std::string_view text);

/// a × b exactly; nothing when the result needs more than 18 digits.
std::optional<Decimal> multiply(const Decimal& a, std::int64_t b);

/// Shortest plain text, no exponent: 85000, 8.5, -0.01.
std::string decimal_text(const Decimal& value);
void append_decimal(std::string& out, const Decimal& value);
/// The same at `at`, at most kMaxDecimalText characters; their end.
char* write_decimal(char* at, const Decimal& value);
inline constexpr std::size_t kMaxDecimalText = 21;  // -0. and 18 digits

}  // namespace pulse
