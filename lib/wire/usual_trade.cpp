#include "wire/usual_trade.hpp"

#include "wire/swar.hpp"

namespace pulse {

namespace {

// Longest numbers of the usual shape. With them price × size × 100 always fits 18 digits and every value fits
// one load; a longer one is left to the full parser.
constexpr unsigned kMaxExchangeDigits = 4;
constexpr unsigned kMaxPriceDigits = 7;  // with the point they fill one load
constexpr unsigned kMaxFractionDigits = 4;
constexpr unsigned kMaxSizeDigits = 7;
constexpr unsigned kMaxConditionDigits = 4;
constexpr unsigned kTimeDigits = 13;  // Unix ms from 2001 to 2286
constexpr unsigned kMaxSequenceDigits = 13;

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

constexpr Literal kExchangeKey("\",\"x\":");
constexpr Literal kPriceKey(",\"p\":");
constexpr Literal kSizeKey(",\"s\":");
constexpr Literal kConditionsKey(",\"c\":[");
constexpr Literal kTimeKey("],\"t\":");
constexpr Literal kSequenceKey(",\"q\":");

std::int64_t integer_value(const char* text, unsigned count) {
    return static_cast<std::int64_t>(digits_value(load8(text), count));
}

/// Zero when `count` digits at `text` are an integer JSON allows: 1 … max of them, no leading zero.
unsigned bad_integer(const char* text, unsigned count, unsigned max) {
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

void read_price(Walk& walk, UsualTrade& out) {
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
    out.price_digits = static_cast<std::int64_t>(digits_value(closed, ((digits - 1) & 7) + 1));
    out.price_scale = static_cast<std::int32_t>(fraction_size);
    walk.step(digits + point);
}

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
    read_price(walk, out);
    walk.literal(kSizeKey, 5);
    const unsigned size_digits = walk.run();
    out.size = integer_value(walk.at(), size_digits | unsigned{size_digits == 0});
    walk.integer(kMaxSizeDigits, kConditionsKey, 6);
    if (walk.bad != 0) return false;
    read_conditions(walk);
    return walk.bad == 0 && walk.at() + kMinEnd <= limit && read_end(walk.at(), out) && out.end <= limit;
}

}  // namespace pulse
