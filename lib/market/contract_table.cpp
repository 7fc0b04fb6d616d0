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

}  // namespace

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

ContractDay& ContractTable::find_or_add(std::string_view symbol, bool& is_new) {
    std::array<std::uint64_t, 3> name{};
    symbol.remove_prefix(kPrefix);
    std::memcpy(name.data(), symbol.data(), std::min(symbol.size(), sizeof name));
    const std::uint32_t hash = hash_of(name);
    const std::size_t mask = places_.size() - 1;
    std::size_t at = hash & mask;
    for (; places_[at].number != 0; at = (at + 1) & mask) {
        if (places_[at].hash != hash) continue;
        ContractDay& contract = contracts_[places_[at].number - 1];
        if (contract.name == name) {
            is_new = false;
            return contract;
        }
    }
    is_new = true;
    ContractDay& contract = contracts_.emplace_back();
    contract.name = name;
    places_[at] = {hash, static_cast<std::uint32_t>(contracts_.size())};
    if (contracts_.size() * 2 > places_.size()) grow();
    return contract;
}

void ContractTable::grow() {
    std::vector<Place> old(places_.size() * 2);
    old.swap(places_);
    const std::size_t mask = places_.size() - 1;
    for (const Place& place : old) {
        if (place.number == 0) continue;
        std::size_t at = place.hash & mask;
        while (places_[at].number != 0) at = (at + 1) & mask;
        places_[at] = place;
    }
}

}  // namespace pulse
