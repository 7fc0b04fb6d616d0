#pragma once

#include <emmintrin.h>

#include <cstdint>
#include <vector>

namespace pulse {

/// What the filter asks of a usual trade behind its symbol.
struct UsualTerms {
    std::int64_t price_digits = 0;  ///< price = digits × 10^-scale dollars, not in shortest form
    std::int32_t price_scale = 0;
    std::int64_t size = 0;       ///< contracts
    const char* time = nullptr;  ///< thirteen digits in the line: SIP time, Unix ms
};

/// Reads usual trades (usual_trade.hpp) by what is alike in them. Where digits stand among the first 64
/// characters behind the symbol decides where every field begins and ends, and a tape has some hundred such
/// layouts. So one that was read field by field before is only held against the line: other characters the
/// same, no leading zeros. Not thread-safe: one a thread.
class UsualLayouts {
  public:
    UsualLayouts() : layouts_(kSlots) {}

    /// `line` has a usual head with a symbol of that size, and ends (without newline and CR) at `end`, where
    /// its object must end, too. True: the line is valid JSON and the terms are as a full parse would give
    /// them. False: ask the full parser. Reads nothing past end + kBlockPadding.
    bool read(const char* line, std::uint32_t symbol_size, const char* end, UsualTerms& out);

  private:
    static constexpr unsigned kSlotBits = 10;
    static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
    static constexpr std::size_t kWindow = 64;

    struct Layout {
        __m128i text[4] = {};         ///< the characters that are no digits, zero elsewhere
        __m128i zeros[4] = {};        ///< '0' where a number of several digits begins, 0xFF elsewhere
        std::uint64_t shape = ~0ULL;  ///< which characters are no digits; at first what no line has
        std::uint64_t dollars = 0;    ///< the bytes of the price before its point
        std::uint8_t price = 0, price_digits = 0, price_scale = 0, size = 0, size_digits = 0, time = 0,
                     sequence = 0;

        [[nodiscard]] bool fits(const char* window) const;
    };

    static Layout layout_of(const char* window, std::uint64_t shape, std::int32_t price_scale);
    bool learn(const char* line, std::uint32_t symbol_size, const char* end, std::uint64_t shape,
               UsualTerms& out);

    std::vector<Layout> layouts_;  ///< by the shape's hash
};

}  // namespace pulse
