#include <algorithm>
#include <iterator>

#include "market/conditions.hpp"
#include "market/order_joiner_impl.hpp"

namespace pulse {

namespace {

using namespace joining;

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

std::uint64_t identity_of(const Member& print, bool cancel) {
    return print_identity(
        static_cast<std::uint64_t>(print.sequence), static_cast<std::uint64_t>(print.what.price_micro),
        std::uint64_t{static_cast<std::uint32_t>(print.what.size)} << 32 |
            std::uint64_t{static_cast<std::uint16_t>(print.what.exchange)} << 1 | std::uint64_t{cancel});
}

}  // namespace

std::string_view name_of(PriceTrend trend) {
    switch (trend) {
        case PriceTrend::kUp:
            return "up";
        case PriceTrend::kDown:
            return "down";
        case PriceTrend::kFlat:
            return "flat";
        case PriceTrend::kMixed:
            return "mixed";
    }
    return "";
}

void OrderJoiner::Impl::add(const TapePrint& print) {
    const std::int64_t forget_before = std::max<std::int64_t>(0, clock - kDayMs);
    Number number = contracts.find_or_add(print.sym, forget_before);
    if (number == kNone) return;
    contracts[number].seen.prefetch();
    const auto member = member_of(print);
    if (!member) return;
    const bool cancel = is_cancel(print.conditions);
    if (is_repetition(contracts[number], *member, cancel)) return;
    if (print.history) {
        advance_history(number, print);
    } else {
        if (clock - print.t_ms >
            kRememberMs) {  // another tape begins, or a time stamp from the future is over
            finish();
            number = contracts.find_or_add(print.sym, 0);
            is_repetition(contracts[number], *member, cancel);
        }
        advance_live(print.t_ms);
    }
    take_print(number, print, *member);
}

void OrderJoiner::Impl::take_print(Number number, const TapePrint& print, const Member& member) {
    Contract& contract = contracts[number];
    if (!print.history) contract.live_ms = std::max(contract.live_ms, std::min(print.t_ms, clock));
    if (is_cancel(print.conditions)) {
        if (!take_back(contract, member)) wait_for_print(contract, member);
    } else if (contract.memory && !contract.memory->waiting.empty()) {
        Member met = member;
        met.taken_back = met_by_cancel(contract, member, print.history ? contract.history_ms : clock);
        join(number, print, met);
    } else {
        join(number, print, member);
    }
}

// A cancel may overtake its print like any other line.
void OrderJoiner::Impl::wait_for_print(Contract& contract, const Member& cancel) {
    auto& waiting = memory_of(contract).waiting;
    std::erase_if(waiting, [&](const auto& other) { return other.t_ms < cancel.t_ms - kDisorderMs; });
    waiting.push_back({cancel.t_ms, cancel.what});
}

bool OrderJoiner::Impl::met_by_cancel(Contract& contract, const Member& print, std::int64_t now_ms) {
    auto& waiting = contract.memory->waiting;
    std::erase_if(waiting, [&](const auto& cancel) { return cancel.t_ms < now_ms - kDisorderMs; });
    const auto cancel = std::find_if(waiting.begin(), waiting.end(), [&](const auto& other) {
        return other.what == print.what && other.t_ms >= print.t_ms;
    });
    if (cancel == waiting.end()) return false;
    waiting.erase(cancel);
    return true;
}

Memory& OrderJoiner::Impl::memory_of(Contract& contract) {
    if (!contract.memory) contract.memory = std::make_unique<Memory>();
    return *contract.memory;
}

// Also remembers it. Live prints only: those of history have no sequence.
bool OrderJoiner::Impl::is_repetition(Contract& contract, const Member& member, bool cancel) {
    if (member.sequence < 0) return false;
    const std::int64_t oldest = contract.live_ms - kRememberMs;
    if (member.t_ms < oldest) return true;
    return !contract.seen.first_time(member.t_ms, identity_of(member, cancel), oldest);
}

// Open orders of a contract lie further apart than the window: a print is near one of them, or two
// neighbours.
void OrderJoiner::Impl::join(Number contract, const TapePrint& print, const Member& member) {
    Number* link = &contracts[contract].last_open;
    while (*link != kNone && orders[*link].t_first - options.window_ms > print.t_ms)
        link = &orders[*link].before;
    // All newer ones begin too late; this one may end too early.
    const Number at = *link;
    if (at == kNone || orders[at].t_last + options.window_ms < print.t_ms) {
        *link = open_order(contract, at, print, member);
        return;
    }
    Order& order = orders[at];
    order.add(member, print.conditions);
    order.history |= print.history;
    if (order.before == kNone) return;
    Order& before = orders[order.before];
    if (before.t_last + options.window_ms < order.t_first) return;
    before.absorb(order);
    *link = order.before;
    --open_count;
    free_place(at);
}

Number OrderJoiner::Impl::open_order(Number contract, Number before, const TapePrint& print,
                                     const Member& member) {
    const Number at = take_place();
    Order& order = orders[at];
    order.contract = contract;
    order.before = before;
    order.history = print.history;
    order.begin(member, print.conditions);
    ++open_count;
    if (print.history) return at;
    order.queued = true;
    deadlines.push({order.t_last, at});
    return at;
}

// False when it found nothing to take back.
bool OrderJoiner::Impl::take_back(Contract& contract, const Member& cancel) {
    Order* owner = nullptr;
    Member* newest = nullptr;
    const auto look_in = [&](Number number) {
        Member* const found = orders[number].newest(cancel.what, cancel.t_ms);
        if (found == nullptr || (newest != nullptr && newest->t_ms >= found->t_ms)) return;
        newest = found;
        owner = &orders[number];
    };
    for (Number at = contract.last_open; at != kNone; at = orders[at].before) look_in(at);
    if (Memory* const memory = contract.memory.get()) {
        const std::int64_t oldest = cancel.t_ms - kRememberMs;
        for (const Number number : memory->told)
            if (orders[number].t_last >= oldest) look_in(number);
        const auto loose = std::find_if(memory->loose.rbegin(), memory->loose.rend(), [&](const auto& print) {
            return print.what == cancel.what && print.t_ms <= cancel.t_ms;
        });
        if (loose != memory->loose.rend() && (newest == nullptr || loose->t_ms > newest->t_ms)) {
            memory->loose.erase(std::next(loose).base());
            return true;
        }
    }
    if (newest == nullptr) return false;
    owner->take_back(*newest);
    if (owner->state == Order::State::kTold) tell_order(*owner);
    return true;
}

Number OrderJoiner::Impl::take_place() {
    if (places.empty()) places.push_back(orders.add());
    const Number number = places.back();
    places.pop_back();
    return number;
}

void OrderJoiner::Impl::free_place(Number number) {
    orders[number].clear();
    if (orders[number].queued)
        orders[number].state = Order::State::kAbsorbed;  // its entry among the deadlines gives the place back
    else
        places.push_back(number);
}

OrderJoiner::OrderJoiner(Options options, Tell tell)
    : impl_(std::make_unique<Impl>(options, std::move(tell))) {}
OrderJoiner::~OrderJoiner() = default;
OrderJoiner::OrderJoiner(OrderJoiner&&) noexcept = default;
OrderJoiner& OrderJoiner::operator=(OrderJoiner&&) noexcept = default;

void OrderJoiner::add(const TapePrint& print) {
    impl_->add(print);
}
void OrderJoiner::complete(const std::vector<std::string>& tickers, std::int64_t to_ms) {
    impl_->complete(tickers, to_ms);
}
void OrderJoiner::live_clock(std::int64_t to_ms) {
    impl_->close_live(to_ms - kQuietMs - impl_->options.window_ms);
}
void OrderJoiner::start_over() {
    impl_->start_over();
}
void OrderJoiner::finish() {
    impl_->finish();
}
std::size_t OrderJoiner::open_orders() const {
    return impl_->open_count;
}

}  // namespace pulse
