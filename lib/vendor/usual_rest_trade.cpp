#include "vendor/usual_rest_trade.hpp"

#include <algorithm>
#include <array>

#include "wire/swar.hpp"

namespace pulse {

namespace {

constexpr unsigned kMaxDollarDigits = 8;  // with the fraction's eight they fit a Decimal
constexpr unsigned kMaxSizeDigits = 8;    // fits what the full parser allows

constexpr std::array<std::uint64_t, 9> kPowers = {1,       10,        100,        1'000,      10'000,
                                                  100'000, 1'000'000, 10'000'000, 100'000'000};

/// The first eight characters of a text as load8 gives them.
consteval std::uint64_t word(const char (&text)[9]) {
    std::uint64_t out = 0;
    for (unsigned i = 0; i < 8; ++i)
        out |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
    return out;
}

enum Seen : unsigned { kConditions = 1, kExchange = 2, kPrice = 4, kTime = 8, kSize = 16, kOthers = 32 };

/// Walks over the row's text. Nothing here steps over a closing brace except at the very end, and the row
/// ends with one, so no step leaves the row. `ok` turns false at the first thing that isn't usual.
class Walk {
  public:
    explicit Walk(const char* at) : at_(at) {}

    [[nodiscard]] const char* at() const { return at_; }
    bool ok = true;

    bool take(char c) {
        if (*at_ != c) return false;
        ++at_;
        return true;
    }
    template <std::size_t N>
    void expect(const char (&text)[N]) {
        ok = ok && std::memcmp(at_, text, N - 1) == 0;
        if (ok) at_ += N - 1;
    }
    /// An integer of at most `max` ≤ 8 digits. A ninth is no comma and no brace, so the row isn't usual.
    std::uint64_t integer(unsigned max) {
        const std::uint64_t text = load8(at_);
        const unsigned count = leading_digits(text);
        ok = ok && count >= 1 && count <= max && (count == 1 || *at_ != '0');
        if (!ok) return 0;
        at_ += count;
        return digits_value(text, count);
    }
    /// A time in ns, of 19 digits.
    std::uint64_t time() {
        const char* const begin = at_;
        if (skip_integer() != 19 || !ok) {
            ok = false;
            return 0;
        }
        return (digits_value(load8(begin), 8) * kPowers[8] + digits_value(load8(begin + 8), 8)) * kPowers[3] +
               digits_value(load8(begin + 16), 3);
    }
    /// Steps over an integer and gives its length: at most 19 digits, which the full parser takes, too.
    unsigned skip_integer() {
        const unsigned size = lowest_bit(non_digits32(at_));
        ok = ok && size >= 1 && size <= 19 && (size == 1 || *at_ != '0');
        at_ += ok ? size : 0;
        return size;
    }
    /// The digits behind a decimal point, one to eight.
    std::uint64_t fraction(unsigned& count) {
        count = leading_digits(load8(at_));
        ok = ok && count >= 1;
        if (!ok) return 0;
        const std::uint64_t value = digits_value(load8(at_), count);
        at_ += count;
        return value;
    }
    /// A number or a plain string whose value nobody needs.
    void skip_scalar() {
        if (take('"')) {
            while (is_digit(*at_) || (*at_ >= 'A' && *at_ <= 'Z') || (*at_ >= 'a' && *at_ <= 'z') ||
                   *at_ == '.' || *at_ == '-')
                ++at_;
            ok = ok && take('"');
            return;
        }
        skip_integer();
        unsigned count = 0;
        if (ok && take('.')) fraction(count);
    }

  private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    const char* at_;
};

void read_price(Walk& walk, RestTrade& trade) {
    const char* const begin = walk.at();
    std::uint64_t digits = walk.integer(kMaxDollarDigits);
    unsigned scale = 0;
    if (walk.ok && walk.take('.')) {
        const std::uint64_t below = walk.fraction(scale);
        if (walk.ok) digits = digits * kPowers[scale] + below;
    }
    if (!walk.ok) return;
    trade.price_text = {begin, static_cast<std::size_t>(walk.at() - begin)};
    for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
    trade.price = Decimal{static_cast<std::int64_t>(digits), static_cast<std::int32_t>(scale)};
}

void read_size(Walk& walk, RestTrade& trade) {
    trade.size = static_cast<std::int64_t>(walk.integer(kMaxSizeDigits));
    if (walk.ok && walk.take('.')) walk.expect("0");
}

void read_conditions(Walk& walk, RestTrade& trade) {
    if (walk.take(']')) return;
    do {
        const std::uint64_t id = walk.integer(5);
        walk.ok = walk.ok && id <= INT16_MAX;
        if (walk.ok) trade.conditions.push_back(static_cast<std::int16_t>(id));
    } while (walk.ok && walk.take(','));
    walk.ok = walk.ok && walk.take(']');
}

void read_time(Walk& walk, RestTrade& trade) {
    const std::uint64_t ns = walk.time();
    walk.ok = walk.ok && ns <= INT64_MAX;
    trade.sip_ns = static_cast<std::int64_t>(ns);
}

void read_exchange(Walk& walk, RestTrade& trade) {
    trade.exchange = static_cast<std::int64_t>(walk.integer(5));
    walk.ok = walk.ok && trade.exchange <= INT16_MAX;
}

// The short keys, and those that nobody needs. Gives what was seen.
unsigned read_other_key(Walk& walk, RestTrade& trade) {
    const std::uint64_t head = load8(walk.at());
    if (static_cast<std::uint32_t>(head) == static_cast<std::uint32_t>(word("size\":__"))) {
        walk.expect("size\":");
        read_size(walk, trade);
        return kSize;
    }
    if (head == word("particip")) {
        walk.expect("participant_timestamp\":");
    } else if (head == word("correcti")) {
        walk.expect("correction\":");
    } else if (head == word("sequence")) {
        walk.expect("sequence_number\":");
    } else if (head == word("decimal_")) {
        walk.expect("decimal_size\":");
    } else {
        walk.expect("id\":");
    }
    if (walk.ok) walk.skip_scalar();
    return kOthers;
}

unsigned read_member(Walk& walk, RestTrade& trade) {
    switch (load8(walk.at())) {
        case word("conditio"):
            walk.expect("conditions\":[");
            if (walk.ok) read_conditions(walk, trade);
            return kConditions;
        case word("exchange"):
            walk.expect("exchange\":");
            if (walk.ok) read_exchange(walk, trade);
            return kExchange;
        case word("sip_time"):
            walk.expect("sip_timestamp\":");
            if (walk.ok) read_time(walk, trade);
            return kTime;
        default:
            if (std::memcmp(walk.at(), "price\":", 7) != 0) return read_other_key(walk, trade);
            walk.expect("price\":");
            read_price(walk, trade);
            return kPrice;
    }
}

}  // namespace

bool read_usual_rest_trade(std::string_view row, RestTrade& trade) {
    if (row.size() < 2 || row.front() != '{' || row.back() != '}') return false;
    trade.exchange = 0;
    trade.conditions.clear();
    Walk walk(row.data() + 1);
    unsigned seen = 0;
    do {
        if (!walk.take('"')) return false;
        const unsigned member = read_member(walk, trade);
        if (!walk.ok || (member & ~kOthers & seen) != 0) return false;
        seen |= member;
    } while (walk.take(','));
    constexpr unsigned kNeeded = kPrice | kTime | kSize;
    return (seen & kNeeded) == kNeeded && walk.take('}') && walk.at() == row.data() + row.size();
}

}  // namespace pulse
