#include <algorithm>
#include <tuple>

#include "market/order_joiner_impl.hpp"

namespace pulse {

using namespace joining;

void OrderJoiner::Impl::advance_live(std::int64_t t_ms) {
    follow(t_ms);
    close_live(clock - options.window_ms - kDisorderMs);
    forget_live(clock - kRememberMs);
}

// A single print far ahead has a wrong time; the next one after a pause, or at the beginning, confirms it. Of
// two that agree on the leap but not on the time, the earlier one is believed.
void OrderJoiner::Impl::follow(std::int64_t t_ms) {
    if (t_ms - clock > kLeapMs) {
        if (ahead < 0) {
            ahead = t_ms;
            return;
        }
        clock = std::min(ahead, t_ms);
        t_ms = std::max(ahead, t_ms);
        if (t_ms - clock > kLeapMs) {
            ahead = t_ms;
            return;
        }
    }
    ahead = -1;
    clock = std::max(clock, t_ms);
}

void OrderJoiner::Impl::close_live(std::int64_t ended_before) {
    while (!deadlines.empty() && deadlines.top().t_last < ended_before) {
        const Deadline due = deadlines.top();
        deadlines.pop();
        Order& order = orders[due.order];
        order.queued = false;
        if (order.state == Order::State::kAbsorbed) {
            free_place(due.order);
        } else if (order.state == Order::State::kOpen && !order.history) {
            if (order.t_last < ended_before) {
                close(due.order);
            } else {
                order.queued = true;
                deadlines.push({order.t_last, due.order});
            }
        }
    }
    tell_closed();
}

void OrderJoiner::Impl::advance_history(Number number, const TapePrint& print) {
    if (print.flat) end_flat_contract(number);
    Contract& contract = contracts[number];
    const std::int64_t tolerated = options.window_ms + kDisorderMs;
    if (contract.pass != pass) {
        contract.pass = pass;
        if (print.t_ms <= contract.history_ms) {
            drop_history(contract, print.t_ms);
            contract.history_ms = print.t_ms;
        }
    }
    if (print.t_ms < contract.history_ms - tolerated) {  // its tape begins once more
        close_history(contract, INT64_MAX);
        forget_history(contract, INT64_MAX);
        contract.history_ms = print.t_ms;
    }
    contract.history_ms = std::max(contract.history_ms, print.t_ms);
    close_history(contract, contract.history_ms - tolerated);
    tell_closed();
    forget_history(contract, contract.history_ms - kRememberMs);
}

void OrderJoiner::Impl::end_flat_contract(Number next) {
    if (flat_contract != kNone && flat_contract != next) {
        close_history(contracts[flat_contract], INT64_MAX);
        tell_closed();
        forget_history(contracts[flat_contract], INT64_MAX);
    }
    flat_contract = next;
}

void OrderJoiner::Impl::close_history(Contract& contract, std::int64_t ended_before) {
    for (Number at = contract.last_open; at != kNone;) {
        const Number before = orders[at].before;
        if (orders[at].history && orders[at].t_last < ended_before) close(at);
        at = before;
    }
}

// What comes again from `from_ms` on. Orders that ended before don't.
void OrderJoiner::Impl::drop_history(Contract& contract, std::int64_t from_ms) {
    for (Number at = contract.last_open; at != kNone;) {
        const Number number = at;
        at = orders[number].before;
        if (!orders[number].history || orders[number].t_last < from_ms) continue;
        unlink(number);
        free_place(number);
    }
    if (!contract.memory) return;
    Memory& memory = *contract.memory;
    std::erase_if(memory.told, [&](Number number) {
        const bool drop = orders[number].history && orders[number].t_last >= from_ms;
        if (drop) free_place(number);
        return drop;
    });
    const auto comes_again = [&](const Memory::Loose& print) { return print.t_ms >= from_ms; };
    std::erase_if(memory.loose, comes_again);
    std::erase_if(memory.waiting, comes_again);
}

void OrderJoiner::Impl::complete(const std::vector<std::string>& tickers, std::int64_t to_ms) {
    const auto is_named = [&](std::string_view root) {
        return std::any_of(tickers.begin(), tickers.end(),
                           [&](const std::string& ticker) { return ticker == "*" || ticker == root; });
    };
    std::vector<Number> named;
    for (Number number = 0; number < contracts.numbers(); ++number) {
        if (!contracts[number].used || !is_named(contracts[number].symbol.root())) continue;
        named.push_back(number);
        close_history(contracts[number], to_ms - options.window_ms);
    }
    tell_closed();
    for (const Number number : named) forget_history(contracts[number], to_ms);
}

void OrderJoiner::Impl::unlink(Number number) {
    Number* link = &contracts[orders[number].contract].last_open;
    while (*link != number) link = &orders[*link].before;
    *link = orders[number].before;
    --open_count;
}

void OrderJoiner::Impl::close(Number number) {
    unlink(number);
    Order& order = orders[number];
    const auto counts = [](const Member& print) { return !print.taken_back; };
    if (order.premium >= floor && std::any_of(order.prints.begin(), order.prints.end(), counts)) {
        order.state = Order::State::kTold;
        closed.push_back(number);
        return;
    }
    keep_loose(contracts[order.contract], order);
    free_place(number);
}

void OrderJoiner::Impl::keep_loose(Contract& contract, const Order& order) {
    if (!contract.memory || contract.memory->told.empty()) return;
    auto& loose = contract.memory->loose;
    while (!loose.empty() && loose.front().t_ms < order.t_last - kRememberMs) loose.pop_front();
    for (const Member& print : order.prints)
        if (!print.taken_back) loose.push_back({print.t_ms, print.what});
}

void OrderJoiner::Impl::tell_closed() {
    if (closed.empty()) return;
    std::sort(closed.begin(), closed.end(), [&](Number a, Number b) {
        const auto key = [&](const Order& order) {
            return std::tuple(order.t_last, order.t_first, contracts[order.contract].name());
        };
        return key(orders[a]) < key(orders[b]);
    });
    for (const Number number : closed) {
        const Order& order = orders[number];
        Contract& contract = contracts[order.contract];
        tell_order(order);
        memory_of(contract).told.push_back(number);
        if (!order.history) remembered.push_back(number);
    }
    closed.clear();
}

void OrderJoiner::Impl::tell_order(const Order& order) {
    if (!order.sum_up(floor, record)) return;
    const Contract& contract = contracts[order.contract];
    record.sym = contract.name();
    record.symbol = contract.symbol;
    record.dte = contract.symbol.expiry - new_york.date_of(order.t_first);
    tell(record);
}

void OrderJoiner::Impl::forget_history(Contract& contract, std::int64_t ended_before) {
    if (!contract.memory) return;
    std::erase_if(contract.memory->told, [&](Number number) {
        const bool forget = orders[number].history && orders[number].t_last < ended_before;
        if (forget) free_place(number);
        return forget;
    });
    if (contract.memory->told.empty()) contract.memory->loose.clear();
}

void OrderJoiner::Impl::forget_live(std::int64_t ended_before) {
    while (!remembered.empty() && orders[remembered.front()].t_last < ended_before) {
        const Number number = remembered.front();
        remembered.pop_front();
        Memory& memory = *contracts[orders[number].contract].memory;
        std::erase(memory.told, number);
        if (memory.told.empty()) memory.loose.clear();
        free_place(number);
    }
}

// Of a flat file that comes again, the contract it broke off in isn't over.
void OrderJoiner::Impl::start_over() {
    ++pass;
    flat_contract = kNone;
}

void OrderJoiner::Impl::finish() {
    for (Number number = 0; number < contracts.numbers(); ++number)
        while (contracts[number].last_open != kNone) close(contracts[number].last_open);
    tell_closed();
    contracts.clear();
    orders.clear();
    places.clear();
    deadlines = {};
    remembered.clear();
    clock = ahead = -1;
    flat_contract = kNone;
}

}  // namespace pulse
