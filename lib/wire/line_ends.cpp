#include "wire/line_ends.hpp"

#include "wire/swar.hpp"

namespace pulse {

std::span<const std::uint32_t> LineEnds::find(std::string_view block) {
    reserve(block.size() + 2);  // as many lines as bytes: the loop never has to ask
    std::uint32_t* const ends = ends_.get();
    std::size_t count = 0;
    for (std::size_t offset = 0; offset < block.size(); offset += 64) {
        std::uint64_t bits = equal64(block.data() + offset, '\n');
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
