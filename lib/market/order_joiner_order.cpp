#include "market/order_joiner_order.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "market/conditions.hpp"

namespace pulse::joining {

namespace {

constexpr std::int32_t kPriceScale = 6;
constexpr std::int32_t kPremiumScale = 4;  // two less: an option stands for a hundred shares
constexpr std::int64_t kPriceLimit = 1'000'000'000'000'000'000;
constexpr std::size_t kKeptPrints = 64;  // memory that an order's successor may inherit

constexpr Int128 power_of_ten(std::int32_t exponent) {
    Int128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

std::optional<Decimal> decimal_of(Int128 digits, std::int32_t scale) {
    for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
    if (digits >= kPriceLimit) return std::nullopt;
    return make_decimal(static_cast<std::int64_t>(digits), scale);
}

Decimal price_of(std::int64_t micro) {
    return make_decimal(micro, kPriceScale).value_or(Decimal{});  // below the limit: always has a value
}

void sort_once(std::vector<std::int16_t>& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

PriceTrend trend_of(bool rose, bool fell) {
    if (rose) return fell ? PriceTrend::kMixed : PriceTrend::kUp;
    return fell ? PriceTrend::kDown : PriceTrend::kFlat;
}

/// Sums over the prints of an order that count.
struct Sums {
    Int128 premium = 0;
    Int128 left_out = 0;
    Int128 auction = 0;
    std::int64_t low = std::numeric_limits<std::int64_t>::max();
    std::int64_t high = 0;
    std::int64_t previous = -1;
    bool rose = false;
    bool fell = false;

    void add(const Member& print, std::span<const std::int16_t> conditions, JoinedOrder& out) {
        ++out.prints;
        out.size += print.what.size;
        premium += print.premium();
        if (print.left_out)
            left_out += print.premium();
        else if (print.auction)
            auction += print.premium();
        const std::int64_t price = print.what.price_micro;
        low = std::min(low, price);
        high = std::max(high, price);
        rose |= previous >= 0 && price > previous;
        fell |= previous >= 0 && price < previous;
        previous = price;
        out.iso |= print.sweep;
        out.multileg |= print.multileg;
        if (print.what.exchange != 0) out.exchanges.push_back(print.what.exchange);
        out.conditions.insert(out.conditions.end(), conditions.begin(), conditions.end());
    }
};

/// Everything that prints add to.
void reset(JoinedOrder& out) {
    out.prints = out.size = out.cancelled = 0;
    out.premium = out.vwap = out.price_min = out.price_max = out.left_out = out.auction = Decimal{};
    out.trend = PriceTrend::kFlat;
    out.exchanges.clear();
    out.conditions.clear();
    out.iso = out.multileg = false;
}

}  // namespace

std::optional<Member> member_of(const TapePrint& print) {
    if (print.price.digits < 0 || print.price.scale < 0 || print.price.scale > kPriceScale ||
        print.size < 0 || print.size > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
    constexpr std::array<std::int64_t, 7> kMicros{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
    static_assert(kMicros.size() == kPriceScale + 1);
    const Int128 micro =
        static_cast<Int128>(print.price.digits) * kMicros[static_cast<std::size_t>(print.price.scale)];
    if (micro >= kPriceLimit) return std::nullopt;
    Member member;
    member.t_ms = print.t_ms;
    if (print.sequence && !print.history) member.sequence = *print.sequence;
    member.what = {static_cast<std::int64_t>(micro), static_cast<std::int32_t>(print.size), print.exchange};
    for (const auto id : print.conditions) {
        member.left_out |= is_left_out_condition(id);
        member.auction |= is_auction_condition(id);
        member.sweep |= is_sweep_condition(id);
        member.multileg |= is_multileg_condition(id) || is_stock_tied_condition(id);
    }
    return member;
}

Int128 premium_floor(const Decimal& dollars) {
    if (dollars.digits <= 0) return 0;
    if (dollars.scale <= kPremiumScale) return dollars.digits * power_of_ten(kPremiumScale - dollars.scale);
    const Int128 unit = power_of_ten(dollars.scale - kPremiumScale);
    return (dollars.digits + unit - 1) / unit;
}

void Order::begin(const Member& print, std::span<const std::int16_t> print_conditions) {
    state = State::kOpen;
    t_first = t_last = print.t_ms;
    add(print, print_conditions);
}

void Order::add(Member print, std::span<const std::int16_t> print_conditions) {
    print.conditions_at = static_cast<std::uint32_t>(conditions.size());
    print.condition_count = static_cast<std::uint32_t>(print_conditions.size());
    conditions.insert(conditions.end(), print_conditions.begin(), print_conditions.end());
    if (!print.taken_back) premium += print.premium();
    classes |= print.what.bit();
    t_first = std::min(t_first, print.t_ms);
    t_last = std::max(t_last, print.t_ms);
    const auto earlier = [](const Member& a, const Member& b) {
        return a.t_ms < b.t_ms || (a.t_ms == b.t_ms && a.sequence < b.sequence);
    };
    if (prints.empty() || !earlier(print, prints.back()))
        prints.push_back(print);
    else
        prints.insert(std::upper_bound(prints.begin(), prints.end(), print, earlier), print);
}

void Order::absorb(const Order& other) {
    history |= other.history;
    for (const Member& print : other.prints)
        add(print, std::span(other.conditions).subspan(print.conditions_at, print.condition_count));
}

Member* Order::newest(const PrintClass& what, std::int64_t t_ms) {
    if (t_first > t_ms || (classes & what.bit()) == 0) return nullptr;
    for (auto at = prints.rbegin(); at != prints.rend(); ++at)
        if (at->what == what && at->t_ms <= t_ms && !at->taken_back) return &*at;
    return nullptr;
}

void Order::take_back(Member& print) {
    print.taken_back = true;
    premium -= print.premium();
}

void Order::clear() {
    state = State::kFree;
    history = false;
    before = kNone;
    classes = 0;
    premium = 0;
    prints.clear();
    conditions.clear();
    if (prints.capacity() > kKeptPrints) prints.shrink_to_fit();
    if (conditions.capacity() > 4 * kKeptPrints) conditions.shrink_to_fit();
}

bool Order::sum_up(Int128 floor, JoinedOrder& out) const {
    reset(out);
    out.t_first = t_first;
    out.t_last = t_last;
    Sums sums;
    if (premium >= floor)
        for (const Member& print : prints)
            if (!print.taken_back)
                sums.add(print, std::span(conditions).subspan(print.conditions_at, print.condition_count),
                         out);
    out.cancelled = static_cast<std::int64_t>(prints.size()) - out.prints;
    if (out.prints == 0) return true;
    const auto exact = decimal_of(sums.premium, kPremiumScale);
    const auto left_out = decimal_of(sums.left_out, kPremiumScale);
    const auto auction = decimal_of(sums.auction, kPremiumScale);
    if (!exact || !left_out || !auction) return false;
    out.premium = *exact;
    out.left_out = *left_out;
    out.auction = *auction;
    if (out.size > 0)
        out.vwap = price_of(
            static_cast<std::int64_t>((2 * sums.premium + out.size) / (2 * static_cast<Int128>(out.size))));
    out.price_min = price_of(sums.low);
    out.price_max = price_of(sums.high);
    out.trend = trend_of(sums.rose, sums.fell);
    sort_once(out.exchanges);
    sort_once(out.conditions);
    return true;
}

}  // namespace pulse::joining
