#pragma once

#include <emmintrin.h>

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

/// Which of 16 bytes are ASCII digits, one bit a byte.
inline std::uint32_t digits16(const char* at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
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

/// The first look at a line: does it start like a usual trade, and of which root? Branch-free.
struct UsualHead {
    bool ok = false;  ///< prefix fits; a string of an OCC symbol's length, digits and C or P follows
    std::uint32_t symbol_size = 0;  ///< with `O:`, 18 … 23 when ok
    std::uint64_t root_key = 0;     ///< as Underlyings::key_of makes it
};

/// True when the 15 bytes before `end` are six digits, C or P, eight digits. Reads 16 bytes.
inline bool has_symbol_tail(const char* end) {
    constexpr std::uint32_t kDigitPlaces = 0xFF7E;  // the first byte belongs to the root, byte 7 is the side
    const bool all_digits = (digits16(end - 16) & kDigitPlaces) == kDigitPlaces;
    return all_digits & ((end[-9] == 'C') | (end[-9] == 'P'));
}

/// Reads 43 bytes from `at`.
inline UsualHead read_usual_head(const char* at) {
    static_assert(sizeof kUsualPrefix - 1 == 19);
    const std::uint64_t wrong = (load8(at) ^ load8(kUsualPrefix)) |
                                (load8(at + 8) ^ load8(kUsualPrefix + 8)) |
                                (load8(at + 11) ^ load8(kUsualPrefix + 11));
    // Behind O: come 16 … 21 characters of root, date, side and strike, then a quote. Looking at the tail and
    // the root rules out that an earlier quote or an escape hides in between.
    const char* const root = at + 19;
    const std::uint64_t quotes = load8(root + 16) ^ 0x2222222222222222;
    const std::uint64_t found = (quotes - 0x0101010101010101) & ~quotes & 0x8080808080808080;
    const std::uint32_t root_size = lowest_bit(found) / 8 + 1;  // 8 when there is none in the first seven
    const std::uint64_t root_mask = ~(~0ULL << (8 * (root_size & 7)));
    const std::uint64_t key = load8(root) & root_mask;
    const std::uint64_t above = key - (0x3030303030303030 & root_mask);  // '0' … 'Z' becomes 0 … 0x2A
    const std::uint64_t strange = (above | (above + 0x5555555555555555)) & 0x8080808080808080;
    const bool ok = ((wrong | strange) == 0) & (root_size <= 6) & has_symbol_tail(root + 15 + root_size);
    return {ok, root_size + 17, key};
}

}  // namespace pulse
