#pragma once

#include <emmintrin.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

/// Several characters at a time in one register: the arithmetic behind the fast paths. Little-endian, SSE2.
namespace pulse {

/// Index of the lowest bit that is set; the top bit counts as set, which spares the test for zero.
inline unsigned lowest_bit(std::uint64_t bits) {
    return static_cast<unsigned>(__builtin_ctzll(bits | 1ULL << 63));
}

/// Eight bytes from anywhere, the first one lowest.
inline std::uint64_t load8(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// How many of the word's first bytes are ASCII digits, 0 … 8.
inline unsigned leading_digits(std::uint64_t word) {
    const std::uint64_t nibbles = word ^ 0x3030303030303030;  // digits become 0 … 9
    const std::uint64_t others = (nibbles | (nibbles + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0;
    return static_cast<unsigned>(std::countr_zero(others)) / 8;
}

/// The value of the word's first `count` (1 … 8) bytes, which must be digits. Adds neighbours pairwise: 1, 2,
/// 4 digits.
inline std::uint64_t digits_value(std::uint64_t word, unsigned count) {
    word = (word - 0x3030303030303030) << (64 - 8 * count);
    word = word * 10 + (word >> 8);
    word = (((word & 0x000000FF000000FF) * 0x000F424000000064) +
            (((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
           32;
    return word & 0xFFFFFFFF;
}

/// Sixteen bytes from anywhere.
inline __m128i load16(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// Which of 16, 32 or 64 bytes are `c`, one bit a byte.
inline std::uint32_t equal16(const char* at, char c) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(load16(at), _mm_set1_epi8(c))));
}
inline std::uint32_t equal32(const char* at, char c) {
    return equal16(at, c) | equal16(at + 16, c) << 16;
}
inline std::uint64_t equal48(const char* at, char c) {
    return equal32(at, c) | static_cast<std::uint64_t>(equal16(at + 32, c)) << 32;
}
inline std::uint64_t equal64(const char* at, char c) {
    return equal32(at, c) | static_cast<std::uint64_t>(equal32(at + 32, c)) << 32;
}

/// Is any of 48 bytes `c`?
inline bool any_equal48(const char* at, char c) {
    const __m128i wanted = _mm_set1_epi8(c);
    return _mm_movemask_epi8(_mm_or_si128(
               _mm_or_si128(_mm_cmpeq_epi8(load16(at), wanted), _mm_cmpeq_epi8(load16(at + 16), wanted)),
               _mm_cmpeq_epi8(load16(at + 32), wanted))) != 0;
}

/// Which of 16 bytes are ASCII digits, one bit a byte.
inline std::uint32_t digits16(const char* at) {
    const __m128i values = _mm_sub_epi8(load16(at), _mm_set1_epi8('0'));
    return static_cast<std::uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values)));
}

/// Which of 32 or 64 bytes are no ASCII digits.
inline std::uint32_t non_digits32(const char* at) {
    return ~(digits16(at) | digits16(at + 16) << 16);
}
inline std::uint64_t non_digits64(const char* at) {
    return non_digits32(at) | static_cast<std::uint64_t>(non_digits32(at + 32)) << 32;
}

/// `{"ev":"T","sym":"` stands in front of the symbol in the vendor's usual spelling.
inline constexpr char kUsualPrefix[] = "{\"ev\":\"T\",\"sym\":\"O:";
inline constexpr std::size_t kSymbolOffset = sizeof kUsualPrefix - 1 - 2;  // the symbol begins with O:

/// A line with a usual head has no newline in its first so many bytes: the prefix, a root of at least one
/// character and the symbol's tail.
inline constexpr std::size_t kHeadBytes = sizeof kUsualPrefix - 1 + 1 + 15;

/// What a head may take, with the closing quote of its symbol.
inline constexpr std::size_t kMaxHeadBytes = sizeof kUsualPrefix - 1 + 6 + 15 + 1;

/// The first look at a line: does it start like a usual trade, and of which root?
struct UsualHead {
    bool ok = false;  ///< prefix fits; a string of an OCC symbol's length, digits and C or P follows
    std::uint32_t symbol_size = 0;  ///< with `O:`, 18 … 23 when ok
    std::uint64_t root_key = 0;     ///< as Underlyings::key_of makes it
};

/// Which bytes are C or P. A table, because a byte that is one of two is a guess for the branch predictor.
inline constexpr auto kIsSide = [] {
    std::array<bool, 256> table{};
    table['C'] = table['P'] = true;
    return table;
}();

/// True when the 15 bytes before `end` are six digits, C or P, eight digits. Reads 16 bytes.
inline bool has_symbol_tail(const char* end) {
    constexpr std::uint32_t kDigitPlaces = 0xFF7E;  // the first byte belongs to the root, byte 7 is the side
    return (digits16(end - 16) & kDigitPlaces) == kDigitPlaces &&
           kIsSide[static_cast<unsigned char>(end[-9])];
}

/// Reads 51 bytes from `at`.
inline UsualHead read_usual_head(const char* at) {
    static_assert(sizeof kUsualPrefix - 1 == 19);
    const __m128i prefix = _mm_and_si128(_mm_cmpeq_epi8(load16(at), load16(kUsualPrefix)),
                                         _mm_cmpeq_epi8(load16(at + 3), load16(kUsualPrefix + 3)));
    if (_mm_movemask_epi8(prefix) != 0xFFFF) return {};
    // Behind O: come 16 … 21 characters of root, date, side and strike, then a quote. Looking at the tail and
    // the root rules out that an earlier quote or an escape hides in between.
    const char* const root = at + 19;
    const std::uint32_t quotes = equal16(root + 15, '"') & 0x7E;
    if (quotes == 0) return {};
    const auto root_size = static_cast<std::uint32_t>(std::countr_zero(quotes));
    const std::uint64_t root_mask = ~(~0ULL << (8 * root_size));
    const std::uint64_t key = load8(root) & root_mask;
    const std::uint64_t above = key - (0x3030303030303030 & root_mask);  // '0' … 'Z' becomes 0 … 0x2A
    const std::uint64_t strange = (above | (above + 0x5555555555555555)) & 0x8080808080808080;
    if (strange != 0 || !has_symbol_tail(root + 15 + root_size)) return {};
    return {true, root_size + 17, key};
}

}  // namespace pulse
