#include "wire/usual_layout.hpp"

#include <cstring>
#include <string_view>

#include "pipe/line_blocks.hpp"
#include "wire/swar.hpp"
#include "wire/usual_trade.hpp"
#include "wire/usual_walk.hpp"

namespace pulse {

namespace {

using namespace usual;

std::size_t slot_of(std::uint64_t shape, unsigned bits) {
    return shape * 0x9E3779B97F4A7C15 >> (64 - bits);
}

/// Are the characters from `text` to the closing brace, which is at `brace`, an integer of a usual trade's
/// sequence?
bool is_sequence(const char* text, const char* brace) {
    const auto size = static_cast<std::size_t>(brace - text);  // huge when the line ends before it
    if (size - 1 >= kMaxSequenceDigits || *brace != '}') return false;
    const std::uint32_t wanted = (1U << size) - 1;
    return (digits16(text) & wanted) == wanted && (size == 1 || *text != '0');
}

}  // namespace

bool UsualLayouts::Layout::fits(const char* window) const {
    std::uint64_t same = 0;
    __m128i leading = _mm_setzero_si128();
    for (unsigned part = 0; part < 4; ++part) {
        const __m128i bytes = load16(window + 16 * part);
        const auto equal = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, text[part])));
        same |= static_cast<std::uint64_t>(equal) << (16 * part);
        leading = _mm_or_si128(leading, _mm_cmpeq_epi8(bytes, zeros[part]));
    }
    return same == shape && _mm_movemask_epi8(leading) == 0;
}

bool UsualLayouts::read(const char* line, std::uint32_t symbol_size, const char* end, UsualTerms& out) {
    const char* const window = line + kSymbolOffset + symbol_size;
    static_assert(kWindow <= kBlockPadding);
    const std::uint64_t shape = non_digits64(window);
    const Layout& layout = layouts_[slot_of(shape, kSlotBits)];
    if (layout.shape != shape || !layout.fits(window) || !is_sequence(window + layout.sequence, end - 1))
        return learn(line, symbol_size, end, shape, out);
    // Closes the gap that the point leaves, as read_price() does.
    const std::uint64_t price = load8(window + layout.price);
    const unsigned point = layout.price_scale != 0 ? 8 : 0;
    const std::uint64_t closed = (price & layout.dollars) | (price >> point & ~layout.dollars);
    out.price_digits = static_cast<std::int64_t>(digits_value(closed, layout.price_digits));
    out.price_scale = layout.price_scale;
    out.size = integer_value(window + layout.size, layout.size_digits);
    out.time = window + layout.time;
    return true;
}

bool UsualLayouts::learn(const char* line, std::uint32_t symbol_size, const char* end, std::uint64_t shape,
                         UsualTerms& out) {
    UsualTrade trade;
    if (!read_usual_tail(line, symbol_size, end, trade) || trade.end != end) return false;
    const char* const window = line + kSymbolOffset + symbol_size;
    const Layout layout = layout_of(window, shape, trade.price_scale);
    if (layout.sequence < kWindow) layouts_[slot_of(shape, kSlotBits)] = layout;
    out = {trade.price_digits, trade.price_scale, trade.size, window + layout.time};
    return true;
}

UsualLayouts::Layout UsualLayouts::layout_of(const char* window, std::uint64_t shape,
                                             std::int32_t price_scale) {
    const auto place_behind = [&](std::string_view key) {
        const std::string_view rest(window, 2 * kWindow);  // a usual trade's keys stand there, once each
        return static_cast<std::uint8_t>(rest.find(key) + key.size());
    };
    const auto run_at = [&](std::size_t at) { return lowest_bit(non_digits32(window + at)) & 31; };
    Layout layout;
    layout.shape = shape;
    layout.price = place_behind(R"(,"p":)");
    layout.size = place_behind(R"(,"s":)");
    layout.time = place_behind(R"(],"t":)");
    layout.sequence = place_behind(R"(,"q":)");
    layout.price_scale = static_cast<std::uint8_t>(price_scale);
    const unsigned dollars = run_at(layout.price);
    layout.dollars = ~(~0ULL << (8 * dollars));
    layout.price_digits = static_cast<std::uint8_t>(dollars + layout.price_scale);
    layout.size_digits = static_cast<std::uint8_t>(run_at(layout.size));
    char text[kWindow] = {}, zeros[kWindow];
    std::memset(zeros, 0xFF, sizeof zeros);
    const auto digit = [&](std::size_t at) { return (shape >> at & 1) == 0; };
    for (std::size_t at = 0; at < kWindow; ++at) {
        if (!digit(at)) text[at] = window[at];
        // A number's first digit, when another follows: behind a point zeros are no leading ones.
        const bool first = at > 0 && digit(at) && !digit(at - 1) && window[at - 1] != '.';
        if (first && at + 1 < kWindow && digit(at + 1)) zeros[at] = '0';
    }
    for (unsigned part = 0; part < 4; ++part) {
        layout.text[part] = load16(text + 16 * part);
        layout.zeros[part] = load16(zeros + 16 * part);
    }
    return layout;
}

}  // namespace pulse
