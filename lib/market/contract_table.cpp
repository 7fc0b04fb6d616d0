#include "market/contract_table.hpp"

#include <algorithm>

namespace pulse {

namespace {

constexpr std::size_t kPrefix = 2;  // O:

std::uint32_t hash_of(const std::array<std::uint64_t, 3>& name) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
    std::uint64_t hash = name[0] * kOdd;
    hash = ((hash >> 32) ^ hash ^ name[1]) * kOdd;
    hash = ((hash >> 32) ^ hash ^ name[2]) * kOdd;
    return static_cast<std::uint32_t>(hash >> 32);
}

std::array<std::uint64_t, 3> name_of(std::string_view symbol) {
    std::array<std::uint64_t, 3> name{};
    symbol.remove_prefix(kPrefix);
    std::memcpy(name.data(), symbol.data(), std::min(symbol.size(), sizeof name));
    return name;
}

}  // namespace

void ContractDay::drop() {
    newest = -1;
    prints = 0;
    steps = {};
    memory.forget();
}

void ContractDay::add(std::int32_t step, std::uint64_t units) {
    if (!steps.empty() && steps.back().step == step) {
        steps.back().units += units;
        return;
    }
    auto at = steps.end();
    if (!steps.empty() && steps.back().step > step)
        at = std::lower_bound(steps.begin(), steps.end(), step,
                              [](const StepSum& sum, std::int32_t wanted) { return sum.step < wanted; });
    if (at != steps.end() && at->step == step)
        at->units += units;
    else
        steps.insert(at, {units, step});
}

// Its place, or the free one that it would get.
std::size_t ContractTable::place_of(const Name& name, std::uint32_t hash) const {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = hash & mask;
    for (; places_[at].number != 0; at = (at + 1) & mask) {
        if (places_[at].hash != hash) continue;
        const auto& contract = contracts_[places_[at].number - 1];
        if (contract && contract->name == name) break;
    }
    return at;
}

ContractDay* ContractTable::find(std::string_view symbol) {
    const Name name = name_of(symbol);
    const Place& place = places_[place_of(name, hash_of(name))];
    return place.number == 0 ? nullptr : contracts_[place.number - 1].get();
}

ContractDay& ContractTable::find_or_add(std::string_view symbol, bool& is_new) {
    const Name name = name_of(symbol);
    const std::uint32_t hash = hash_of(name);
    std::size_t at = place_of(name, hash);
    is_new = places_[at].number == 0;
    if (!is_new) return *contracts_[places_[at].number - 1];
    if ((contracts_.size() + 1) * 2 > places_.size()) {
        make_room();
        at = place_of(name, hash);
    }
    ContractDay& contract = *contracts_.emplace_back(std::make_unique<ContractDay>());
    contract.name = name;
    contract.number = static_cast<std::uint32_t>(contracts_.size());
    places_[at] = {hash, contract.number};
    return contract;
}

void ContractTable::release(ContractDay& contract) {
    contracts_[contract.number - 1].reset();
    // Not one by one: a whole market has thousands of tickers.
    if (++released_ > 64 && released_ * 2 > contracts_.size()) make_room();
}

// Without those released; twice as many places when they would still be half taken.
void ContractTable::make_room() {
    std::erase(contracts_, nullptr);
    released_ = 0;
    std::size_t size = 64;
    while (size < contracts_.size() * 3) size *= 2;
    contracts_.shrink_to_fit();
    places_ = std::vector<Place>(size);
    for (std::size_t i = 0; i < contracts_.size(); ++i) {
        ContractDay& contract = *contracts_[i];
        contract.number = static_cast<std::uint32_t>(i + 1);
        const std::uint32_t hash = hash_of(contract.name);
        places_[place_of(contract.name, hash)] = {hash, contract.number};
    }
}

}  // namespace pulse
