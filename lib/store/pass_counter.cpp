#include "store/pass_counter.hpp"

namespace pulse::store {

namespace {

std::string joined(std::string_view source, std::string_view name) {
    std::string key(source);
    key += '\n';
    key += name;
    return key;
}

}  // namespace

std::uint64_t PassCounter::epoch_of(std::string_view source, std::string_view ticker) const {
    std::uint64_t sum = 0;
    if (epochs_.empty()) return sum;
    for (const auto name : {ticker, std::string_view("*")})
        if (const auto at = epochs_.find(joined(source, name)); at != epochs_.end()) sum += at->second;
    return sum;
}

PassCounter::Pass& PassCounter::pass_of(const std::string& key) {
    if (const auto at = young_.find(key); at != young_.end()) return at->second;
    if (young_.size() >= generation_) {
        old_ = std::move(young_);
        young_.clear();
    }
    if (auto node = old_.extract(key)) return young_.insert(std::move(node)).position->second;
    return young_[key];
}

std::int32_t PassCounter::count(const TradeRow& row) {
    std::string key(row.source);
    key += '\n';
    append_symbol(key, row.symbol);
    Pass* pass = nullptr;
    if (row.source == "flat") {
        if (key != flat_key_) flat_ = {};
        flat_key_ = key;
        pass = &flat_;
    } else {
        pass = &pass_of(key);
    }
    const auto epoch = epoch_of(row.source, row.symbol.root());
    if (row.t_ms != pass->t_ms || epoch != pass->epoch) pass->prints.clear();
    pass->t_ms = row.t_ms;
    pass->epoch = epoch;
    for (Print& print : pass->prints)
        if (same_group(print.row, row)) return ++print.count;
    pass->prints.push_back({row, 1});
    return 1;
}

void PassCounter::end_pass(std::string_view source, std::string_view ticker) {
    ++epochs_[joined(source, ticker)];
}

}  // namespace pulse::store
