#pragma once

#include <cstdint>

#include "wire/swar.hpp"

/// How the readers of usual lines (usual_trade.cpp, tape_line.cpp) walk over a trade's short fields. Nobody
/// else's.
namespace pulse::usual {

// Longest numbers of the usual shape. With them price × size × 100 always fits 18 digits and every value fits
// one load; a longer one is left to the full parser.
inline constexpr unsigned kMaxExchangeDigits = 4;
inline constexpr unsigned kMaxPriceDigits = 7;  // with the point they fill one load
inline constexpr unsigned kMaxFractionDigits = 4;
inline constexpr unsigned kMaxSizeDigits = 7;
inline constexpr unsigned kMaxConditionDigits = 4;
inline constexpr unsigned kTimeDigits = 13;  // Unix ms from 2001 to 2286
inline constexpr unsigned kMaxSequenceDigits = 13;

/// Text of at most eight characters, compared with one load.
struct Literal {
    template <std::size_t N>
    consteval explicit Literal(const char (&text)[N]) : unused_bits(8 * (9 - N)) {
        static_assert(N <= 9);
        for (std::size_t i = 0; i < N - 1; ++i)
            word |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
    }
    /// Zero when it stands at `text`.
    [[nodiscard]] std::uint64_t differs(const char* text) const {
        return (load8(text) ^ word) << unused_bits;
    }
    std::uint64_t word = 0;
    unsigned unused_bits;
};

inline constexpr Literal kExchangeKey("\",\"x\":");
inline constexpr Literal kPriceKey(",\"p\":");
inline constexpr Literal kSizeKey(",\"s\":");
inline constexpr Literal kConditionsKey(",\"c\":[");
inline constexpr Literal kTimeKey("],\"t\":");
inline constexpr Literal kSequenceKey(",\"q\":");

inline std::int64_t integer_value(const char* text, unsigned count) {
    return static_cast<std::int64_t>(digits_value(load8(text), count));
}

/// Zero when `count` digits at `text` are an integer JSON allows: 1 … max of them, no leading zero.
inline unsigned bad_integer(const char* text, unsigned count, unsigned max) {
    return unsigned{count - 1 >= max} | (unsigned{count != 1} & unsigned{*text == '0'});
}

/// Walks over the 64 bytes behind `"x":`. Digits are told from other bytes once, so a field's length is a
/// shift and a count of zeros, and no branch depends on it. What doesn't fit is gathered in `bad` and asked
/// about once; until then lengths are kept below eight so that no step leaves the window.
class Walk {
  public:
    explicit Walk(const char* at) : at_(at), others_(non_digits64(at)) {}

    /// Digits from here, at most seven.
    [[nodiscard]] unsigned run() const { return run_after(0); }
    [[nodiscard]] unsigned run_after(unsigned skip) const { return lowest_bit(others_ >> skip) & 7; }
    void step(unsigned size) {
        at_ += size;
        others_ >>= size;
    }
    /// An integer and the text that must follow it.
    void integer(unsigned max, const Literal& next, unsigned next_size) {
        const unsigned count = run();
        bad |= bad_integer(at_, count, max);
        step(count);
        literal(next, next_size);
    }
    void literal(const Literal& text, unsigned size) {
        bad |= text.differs(at_);
        step(size);
    }
    [[nodiscard]] const char* at() const { return at_; }

    std::uint64_t bad = 0;

  private:
    const char* at_;
    std::uint64_t others_;  ///< bit 0 is the byte at at_
};

/// A price as it is spelled: digits × 10^-scale, not in shortest form.
struct SpelledPrice {
    std::int64_t digits;
    std::int32_t scale;
};

inline SpelledPrice read_price(Walk& walk) {
    const char* const text = walk.at();
    const unsigned dollars_size = walk.run();
    const unsigned point = text[dollars_size] == '.';
    const unsigned fraction_size = walk.run_after(dollars_size + 1) & (0 - point);
    const unsigned digits = dollars_size + fraction_size;
    walk.bad |= bad_integer(text, dollars_size, kMaxPriceDigits) | unsigned{fraction_size < point} |
                unsigned{fraction_size > kMaxFractionDigits} | unsigned{digits > kMaxPriceDigits};
    // Closes the gap that the point leaves: what lies above it moves down by one character.
    const std::uint64_t word = load8(text);
    const std::uint64_t below = ~(~0ULL << (8 * dollars_size));
    const std::uint64_t closed = (word & below) | ((word >> (8 * point)) & ~below);
    walk.step(digits + point);
    return {static_cast<std::int64_t>(digits_value(closed, ((digits - 1) & 7) + 1)),
            static_cast<std::int32_t>(fraction_size)};
}

}  // namespace pulse::usual
