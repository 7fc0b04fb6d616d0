#include "wire/usual_trade.hpp"

#include "wire/swar.hpp"
#include "wire/usual_walk.hpp"

namespace pulse {

namespace {

using namespace usual;

void read_conditions(Walk& walk) {
    if (*walk.at() == ']') return;
    for (;;) {
        const unsigned count = walk.run();
        walk.bad |= bad_integer(walk.at(), count, kMaxConditionDigits);
        walk.step(count);
        // Past the window a run seems to have seven digits, more than a condition may have: so this ends.
        if (*walk.at() != ',' || walk.bad != 0) return;
        walk.step(1);
    }
}

/// `],"t":1764948620676,"q":651921857}`, shortest with one digit of `q`.
constexpr unsigned kMinEnd = 6 + kTimeDigits + 5 + 1 + 1;
bool read_end(const char* text, UsualTrade& out) {
    const char* const time = text + 6;
    const char* const sequence = time + kTimeDigits + 5;
    const std::uint32_t others = non_digits32(time);
    const unsigned sequence_size = lowest_bit(others >> (kTimeDigits + 5) | 1U << 14);
    out.t_ms = integer_value(time, 8) * 100'000 + integer_value(time + 8, kTimeDigits - 8);
    out.end = sequence + sequence_size + 1;
    const std::uint64_t bad = kTimeKey.differs(text) | kSequenceKey.differs(time + kTimeDigits) |
                              (others & ((1U << kTimeDigits) - 1)) | unsigned{*time == '0'} |
                              bad_integer(sequence, sequence_size, kMaxSequenceDigits) |
                              unsigned{sequence[sequence_size] != '}'};
    return bad == 0;
}

}  // namespace

bool read_usual_trade(const char* at, const char* limit, UsualTrade& out) {
    const UsualHead head = read_usual_head(at);
    out.root_key = head.root_key;
    return head.ok && read_usual_tail(at, head.symbol_size, limit, out);
}

bool read_usual_tail(const char* at, std::uint32_t symbol_size, const char* limit, UsualTrade& out) {
    const char* const quote = at + kSymbolOffset + symbol_size;
    if (quote + kScanPadding / 2 > limit)
        return false;  // no room for all the keys; keeps reads within the padding
    out.symbol = {at + kSymbolOffset, symbol_size};
    Walk walk(quote + 6);
    walk.bad = kExchangeKey.differs(quote);
    walk.integer(kMaxExchangeDigits, kPriceKey, 5);
    const SpelledPrice price = read_price(walk);
    out.price_digits = price.digits;
    out.price_scale = price.scale;
    walk.literal(kSizeKey, 5);
    const unsigned size_digits = walk.run();
    out.size = integer_value(walk.at(), size_digits | unsigned{size_digits == 0});
    walk.integer(kMaxSizeDigits, kConditionsKey, 6);
    if (walk.bad != 0) return false;
    read_conditions(walk);
    return walk.bad == 0 && walk.at() + kMinEnd <= limit && read_end(walk.at(), out) && out.end <= limit;
}

}  // namespace pulse
