#pragma once

#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "market/order_joiner.hpp"
#include "market/order_joiner_contracts.hpp"
#include "market/order_joiner_order.hpp"

namespace pulse {

/// Nobody's but the order joiner's: order_joiner.cpp takes prints in, order_joiner_closing.cpp lets orders
/// go.
struct OrderJoiner::Impl {
    using Number = joining::Number;
    using Contract = joining::Contract;
    using Member = joining::Member;
    using Order = joining::Order;

    static constexpr Number kNone = joining::kNone;

    /// When a live order is to be looked at: the end that it had then.
    struct Deadline {
        std::int64_t t_last;
        Number order;
        friend bool operator>(const Deadline& a, const Deadline& b) { return a.t_last > b.t_last; }
    };

    Impl(Options options_given, Tell tell_given)
        : options(options_given),
          tell(std::move(tell_given)),
          floor(joining::premium_floor(options.min_premium)) {}

    void add(const TapePrint& print);
    void take_print(Number number, const TapePrint& print, const Member& member);
    static bool is_repetition(Contract& contract, const Member& member, bool cancel);
    void join(Number contract, const TapePrint& print, const Member& member);
    Number open_order(Number contract, Number before, const TapePrint& print, const Member& member);
    bool take_back(Contract& contract, const Member& cancel);
    static void wait_for_print(Contract& contract, const Member& cancel);
    static bool met_by_cancel(Contract& contract, const Member& print, std::int64_t now_ms);
    static joining::Memory& memory_of(Contract& contract);

    void advance_live(std::int64_t t_ms);
    void follow(std::int64_t t_ms);
    void close_live(std::int64_t ended_before);
    void advance_history(Number number, const TapePrint& print);
    void close_history(Contract& contract, std::int64_t ended_before);
    void drop_history(Contract& contract, std::int64_t from_ms);
    void end_flat_contract(Number next);
    void complete(const std::vector<std::string>& tickers, std::int64_t to_ms);
    void unlink(Number number);
    void close(Number number);
    static void keep_loose(Contract& contract, const Order& order);
    void tell_closed();
    void tell_order(const Order& order);
    void forget_history(Contract& contract, std::int64_t ended_before);
    void forget_live(std::int64_t ended_before);
    void start_over();
    void finish();

    Number take_place();
    void free_place(Number number);

    Options options;
    Tell tell;
    joining::Int128 floor;
    NewYorkClock new_york{};
    joining::Contracts contracts{};
    joining::Chunks<Order> orders{};
    std::vector<Number> places{};  ///< of `orders`, free
    std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> deadlines{};
    std::vector<Number> closed{};     ///< to be told, in no order yet
    std::deque<Number> remembered{};  ///< live orders told, as they were told
    std::int64_t clock = -1;          ///< newest live print that is believed, -1: none yet
    std::int64_t ahead = -1;          ///< the last live print, when it was too far ahead of the clock
    std::uint32_t pass = 0;           ///< of history: grows with each marker
    Number flat_contract = kNone;
    std::size_t open_count = 0;
    JoinedOrder record{};
};

}  // namespace pulse
