#include "market/order_joiner_contracts.hpp"

#include <algorithm>
#include <cstring>

namespace pulse::joining {

namespace {

constexpr std::size_t kFirstSlots = 4096;
constexpr std::size_t kShortest = 18;  // of a symbol: O:, one letter, and its tail
constexpr std::size_t kLongest = 23;

std::uint64_t load8(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// Two loads from the front and one that ends with the symbol hold all of it.
std::uint32_t hash_of(std::string_view sym) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
    std::uint64_t hash = load8(sym.data()) * kOdd;
    hash = (hash ^ hash >> 32 ^ load8(sym.data() + 8)) * kOdd;
    hash = (hash ^ hash >> 32 ^ load8(sym.data() + sym.size() - 8)) * kOdd;
    return static_cast<std::uint32_t>(hash >> 32);
}

bool is_called(const Contract& contract, std::string_view sym) {
    const char* const a = contract.sym.data();
    const char* const b = sym.data();
    return contract.sym_size == sym.size() && load8(a) == load8(b) && load8(a + 8) == load8(b + 8) &&
           load8(a + sym.size() - 8) == load8(b + sym.size() - 8);
}

}  // namespace

void Contracts::clear() {
    contracts_.clear();
    unused_.clear();
    slots_.assign(kFirstSlots, {});
    taken_ = 0;
}

Number Contracts::find_or_add(std::string_view sym, std::int64_t forget_before) {
    if (sym.size() < kShortest || sym.size() > kLongest) return kNone;
    const std::uint32_t hash = hash_of(sym);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot].number != kNone; slot = (slot + 1) & mask)
        if (slots_[slot].hash == hash && is_called(contracts_[slots_[slot].number], sym))
            return slots_[slot].number;
    return add(sym, hash, forget_before);
}

Number Contracts::add(std::string_view sym, std::uint32_t hash, std::int64_t forget_before) {
    OccSymbol symbol;
    if (parse_occ_symbol(sym, symbol) != SymbolError::kNone) return kNone;
    if (2 * (taken_ + 1) > slots_.size()) make_room(forget_before);
    if (unused_.empty()) unused_.push_back(contracts_.add());
    const Number number = unused_.back();
    unused_.pop_back();
    Contract& contract = contracts_[number] = Contract{};
    std::copy(sym.begin(), sym.end(), contract.sym.begin());
    contract.sym_size = static_cast<std::uint8_t>(sym.size());
    contract.symbol = symbol;
    contract.used = true;
    ++taken_;
    place(hash, number);
    return number;
}

// Expired contracts would pile up for ever. When dropping them doesn't free half, there are more slots.
void Contracts::make_room(std::int64_t forget_before) {
    for (Number number = 0; number < contracts_.size(); ++number) {
        Contract& contract = contracts_[number];
        if (!contract.used || contract.last_open != kNone || contract.live_ms >= forget_before) continue;
        if (contract.memory && !contract.memory->told.empty()) continue;
        contract = Contract{};
        unused_.push_back(number);
        --taken_;
    }
    slots_.assign(4 * taken_ > slots_.size() ? 2 * slots_.size() : slots_.size(), {});
    for (Number number = 0; number < contracts_.size(); ++number)
        if (contracts_[number].used) place(hash_of(contracts_[number].name()), number);
}

void Contracts::place(std::uint32_t hash, Number number) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].number != kNone) slot = (slot + 1) & mask;
    slots_[slot] = {hash, number};
}

}  // namespace pulse::joining
