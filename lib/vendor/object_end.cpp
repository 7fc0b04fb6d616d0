#include "vendor/object_end.hpp"

#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

#include "wire/swar.hpp"

namespace pulse {

namespace {

constexpr std::ptrdiff_t kBlock = 64;

std::uint64_t equal16(__m128i bytes, char wanted) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted))));
}

bool odd(std::uint64_t bits) {
    return __builtin_parityll(bits) != 0;
}

/// What of 64 bytes matters for finding the end of a row.
struct BlockMasks {
    explicit BlockMasks(const char* at) {
        for (unsigned i = 0; i < 64; i += 16) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
            quotes |= equal16(bytes, '"') << i;
            backslashes |= equal16(bytes, '\\') << i;
            opening |= equal16(bytes, '{') << i;
            closing |= equal16(bytes, '}') << i;
        }
    }
    std::uint64_t quotes = 0, backslashes = 0, opening = 0, closing = 0;
};

}  // namespace

const char* ObjectEnd::find(const char* at, const char* end) {
    for (; end - at >= kBlock; at += kBlock) {
        const BlockMasks masks(at);
        if (escaped_ || masks.backslashes != 0) {
            if (const char* const found = find_bytewise(at, at + kBlock)) return found;
            continue;
        }
        for (std::uint64_t braces = masks.opening | masks.closing; braces != 0; braces &= braces - 1) {
            const std::uint64_t brace = braces & (0 - braces);
            if (in_string_ != odd(masks.quotes & (brace - 1))) continue;  // behind an odd number of quotes
            if ((masks.opening & brace) != 0) {
                ++depth_;
            } else if (--depth_ == 0) {
                in_string_ = false;
                return at + lowest_bit(brace) + 1;
            }
        }
        in_string_ = in_string_ != odd(masks.quotes);
    }
    return find_bytewise(at, end);
}

const char* ObjectEnd::find_bytewise(const char* at, const char* end) {
    for (; at != end; ++at) {
        if (escaped_) {
            escaped_ = false;
        } else if (in_string_) {
            escaped_ = *at == '\\';
            in_string_ = *at != '"';
        } else if (*at == '"') {
            in_string_ = true;
        } else if (*at == '{') {
            ++depth_;
        } else if (*at == '}' && --depth_ == 0) {
            return at + 1;
        }
    }
    return nullptr;
}

}  // namespace pulse
