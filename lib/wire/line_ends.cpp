#include "wire/line_ends.hpp"

#include <emmintrin.h>

#include "wire/swar.hpp"

namespace pulse {

namespace {

std::uint64_t newlines64(const char* at) {
    const __m128i newline = _mm_set1_epi8('\n');
    std::uint64_t bits = 0;
    for (unsigned part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * part));
        const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline)));
        bits |= static_cast<std::uint64_t>(mask) << (16 * part);
    }
    return bits;
}

}  // namespace

std::span<const std::uint32_t> LineEnds::find(std::string_view block) {
    reserve(block.size() + 2);  // as many lines as bytes: the loop never has to ask
    std::uint32_t* const ends = ends_.get();
    std::size_t count = 0;
    for (std::size_t offset = 0; offset < block.size(); offset += 64) {
        std::uint64_t bits = newlines64(block.data() + offset);
        if (const std::size_t left = block.size() - offset; left < 64) bits &= ~(~0ULL << left);
        // Lines are longer than 64 bytes as a rule: one end a round is written whether it exists or not,
        // which no branch can guess, and only a second one costs a branch.
        ends[count] = static_cast<std::uint32_t>(offset) + lowest_bit(bits);
        count += bits != 0;
        for (bits &= bits - 1; bits != 0; bits &= bits - 1)
            ends[count++] = static_cast<std::uint32_t>(offset) + lowest_bit(bits);
    }
    if (!block.empty() && block.back() != '\n') ends[count++] = static_cast<std::uint32_t>(block.size());
    return {ends, count};
}

void LineEnds::reserve(std::size_t count) {
    if (count <= capacity_) return;
    // Left uninitialised on purpose: memory that no short lines need never becomes resident.
    ends_.reset(new std::uint32_t[count]);
    capacity_ = count;
}

}  // namespace pulse
