#include "wire/tape_line.hpp"

#include <array>
#include <cstring>

#include "market/occ_symbol.hpp"
#include "pipe/line_blocks.hpp"
#include "wire/swar.hpp"
#include "wire/usual_walk.hpp"

namespace pulse {

namespace {

using namespace usual;

static_assert(TapeLineReader::kPadding <= kBlockPadding);

/// Text of 8 … 16 characters, compared with two loads.
struct LongLiteral {
    template <std::size_t N>
    consteval explicit LongLiteral(const char (&text)[N]) : size(N - 1) {
        static_assert(N > 8 && N <= 17);
        for (std::size_t i = 0; i < 8; ++i) {
            first |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
            last |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[size - 8 + i])) << (8 * i);
        }
    }
    std::size_t size;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

constexpr LongLiteral kTickerKey(R"(,"ticker":")");
constexpr LongLiteral kExpiryKey(R"(","expiry":")");
constexpr LongLiteral kSideKey(R"(","side":")");
constexpr LongLiteral kStrikeKey(R"(","strike":)");
constexpr LongLiteral kPremiumKey(R"(,"premium":)");
constexpr Literal kDteKey(R"(,"dte":)");
constexpr LongLiteral kRestSource(R"(,"src":"rest")");
constexpr LongLiteral kFlatSource(R"(,"src":"flat")");
constexpr Literal kNanoKey(R"(,"ns":)");
constexpr Literal kTimeKeyAlone(R"(,"t":)");

constexpr unsigned kMaxNanoDigits = 19;    // any such number is one to a JSON parser, too
constexpr unsigned kMaxNumberDigits = 15;  // before and behind the point of a derived number
constexpr unsigned kMaxDteDigits = 5;

/// Walks over a line's long fields. What doesn't fit is gathered in `bad`; a step never exceeds 32 bytes, so
/// whoever asks `bad` or compares with the line's end before every third one stays within the padding.
struct Steps {
    const char* at;
    std::uint64_t bad = 0;

    void literal(const Literal& text, unsigned size) {
        bad |= text.differs(at);
        at += size;
    }
    [[nodiscard]] std::uint64_t differs(const LongLiteral& text) const {
        return (load8(at) ^ text.first) | (load8(at + text.size - 8) ^ text.last);
    }
    void literal(const LongLiteral& text) {
        bad |= differs(text);
        at += text.size;
    }
    /// Digits from here, at most 31.
    [[nodiscard]] unsigned run() const { return lowest_bit(non_digits32(at) | 1ULL << 31); }
    void integer(unsigned max) {
        const unsigned count = run();
        bad |= bad_integer(at, count, max);
        at += count;
    }
    /// 190, 2.5
    void number() {
        integer(kMaxNumberDigits);
        if (*at != '.') return;
        ++at;
        const unsigned count = run();
        bad |= unsigned{count - 1 >= kMaxNumberDigits};
        at += count;
    }
};

std::int64_t long_value(const char* digits, unsigned count) {
    if (count <= 8) return integer_value(digits, count);
    return integer_value(digits, count - 8) * 100'000'000 + integer_value(digits + count - 8, 8);
}

Decimal shortest(SpelledPrice price) {
    auto digits = static_cast<std::uint32_t>(price.digits);  // seven digits at most
    for (; price.scale > 0 && digits % 10 == 0; --price.scale) digits /= 10;
    return {digits, price.scale};
}

/// Among the characters '0' … 'Z' that the head lets through, those between '9' and 'A'.
bool has_punctuation(std::uint64_t root_key, unsigned root_size) {
    const std::uint64_t above = root_key - (0x3030303030303030 & ~(~0ULL << (8 * root_size)));
    return (((above + 0x7676767676767676) & ~(above + 0x6F6F6F6F6F6F6F6F)) & 0x8080808080808080) != 0;
}

/// `"c":[…],` or nothing, up to the key of the time. The count of conditions, or -1.
int read_conditions(Walk& walk, std::array<std::int16_t, 32>& out) {
    if (kTimeKeyAlone.differs(walk.at()) == 0) return 0;
    walk.literal(kConditionsKey, 6);
    if (walk.bad != 0) return -1;
    std::size_t count = 0;
    if (*walk.at() != ']') {
        for (;;) {
            const unsigned size = walk.run();
            walk.bad |= bad_integer(walk.at(), size, kMaxConditionDigits);
            if (walk.bad != 0 || count == out.size()) return -1;
            out[count++] = static_cast<std::int16_t>(integer_value(walk.at(), size));
            walk.step(size);
            if (*walk.at() != ',') break;
            walk.step(1);
        }
    }
    if (*walk.at() != ']') return -1;
    walk.step(1);
    return static_cast<int>(count);
}

/// `,"t":…` and then `,"q":…` or `,"ns":…,"src":"…"`.
bool read_end(Steps& steps, TapePrint& print) {
    steps.literal(kTimeKeyAlone, 5);
    const char* const time = steps.at;
    steps.integer(kTimeDigits);
    if (steps.bad != 0 || steps.at != time + kTimeDigits) return false;
    print.t_ms = integer_value(time, 8) * 100'000 + integer_value(time + 8, kTimeDigits - 8);
    if (kSequenceKey.differs(steps.at) == 0) {
        steps.at += 5;
        const char* const sequence = steps.at;
        steps.integer(kMaxSequenceDigits);
        if (steps.bad != 0) return false;
        print.sequence = long_value(sequence, static_cast<unsigned>(steps.at - sequence));
        print.history = print.flat = false;
        return true;
    }
    steps.literal(kNanoKey, 6);
    steps.integer(kMaxNanoDigits);
    if (steps.bad != 0) return false;
    print.flat = steps.differs(kFlatSource) == 0;
    steps.bad |= unsigned{!print.flat && steps.differs(kRestSource) != 0};
    steps.at += kRestSource.size;
    print.sequence.reset();
    print.history = true;
    return steps.bad == 0;
}

/// The derived fields, which are only held against their form, up to the closing brace.
bool skip_derived(Steps& steps, const char* end, std::uint64_t root_key, unsigned root_size) {
    constexpr std::uint32_t kDateDigits = 0x36F;  // 2025-12-19
    steps.literal(kTickerKey);
    steps.bad |= (load8(steps.at) ^ root_key) << (64 - 8 * root_size);
    steps.at += root_size;
    steps.literal(kExpiryKey);
    if (steps.bad != 0 || steps.at > end) return false;
    steps.bad |= (digits16(steps.at) & 0x3FF) ^ kDateDigits;
    steps.bad |= unsigned{steps.at[4] != '-'} | unsigned{steps.at[7] != '-'};
    steps.at += 10;
    steps.literal(kSideKey);
    if (steps.bad != 0 || steps.at > end) return false;
    const bool call = std::memcmp(steps.at, "CALL", 4) == 0;
    steps.bad |= unsigned{!call && std::memcmp(steps.at, "PUT", 3) != 0};
    steps.at += call ? 4 : 3;
    steps.literal(kStrikeKey);
    if (steps.bad != 0 || steps.at > end) return false;
    steps.number();
    if (steps.bad != 0 || steps.at > end) return false;
    steps.literal(kPremiumKey);
    if (steps.bad != 0 || steps.at > end) return false;
    steps.number();
    if (steps.bad != 0 || steps.at > end) return false;
    steps.literal(kDteKey, 7);
    steps.integer(kMaxDteDigits);
    return steps.bad == 0;
}

}  // namespace

bool TapeLineReader::is_date(const char* digits) {
    const std::uint64_t key = load8(digits) & 0xFFFFFFFFFFFF;  // six characters
    std::uint64_t& known = dates_[(key * 0x9E3779B97F4A7C15) >> 56];
    if (known == key) return true;
    char symbol[] = "O:A000000C00000000";
    std::memcpy(symbol + 3, digits, 6);
    OccSymbol parsed;
    if (parse_occ_symbol({symbol, sizeof symbol - 1}, parsed) != SymbolError::kNone) return false;
    known = key;
    return true;
}

bool TapeLineReader::read(std::string_view line, TapePrint& print) {
    const char* const end = line.data() + line.size();
    const UsualHead head = read_usual_head(line.data());
    const char* const quote = line.data() + kSymbolOffset + head.symbol_size;
    if (!head.ok || quote >= end) return false;
    const unsigned root_size = head.symbol_size - 17;
    if (has_punctuation(head.root_key, root_size) || !is_date(quote - 15)) return false;
    print.sym = {line.data() + kSymbolOffset, head.symbol_size};
    Walk walk(quote + 6);
    walk.bad = kExchangeKey.differs(quote);
    const char* const exchange = walk.at();
    walk.integer(kMaxExchangeDigits, kPriceKey, 5);
    const SpelledPrice price = read_price(walk);
    walk.literal(kSizeKey, 5);
    const char* const size = walk.at();
    const unsigned size_digits = walk.run();
    walk.bad |= bad_integer(size, size_digits, kMaxSizeDigits);
    walk.step(size_digits);
    if (walk.bad != 0) return false;
    const int conditions = read_conditions(walk, conditions_);
    if (conditions < 0 || walk.at() > end) return false;
    print.exchange = static_cast<std::int16_t>(integer_value(exchange, lowest_bit(non_digits32(exchange))));
    print.price = shortest(price);
    print.size = integer_value(size, size_digits);
    print.conditions = {conditions_.data(), static_cast<std::size_t>(conditions)};
    Steps steps{walk.at()};
    if (!read_end(steps, print) || steps.at >= end) return false;
    derived_ = *steps.at != '}';
    if (derived_ && !skip_derived(steps, end, head.root_key, root_size)) return false;
    return steps.at + 1 == end && *steps.at == '}';
}

}  // namespace pulse
