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

std::size_t PassCounter::KeyHash::operator()(const Key& key) const {
    return static_cast<std::size_t>(symbol_hash(key.symbol)) ^ std::hash<std::string>{}(key.source);
}

std::uint64_t PassCounter::epoch_of(std::string_view source, std::string_view ticker) const {
    std::uint64_t sum = 0;
    if (epochs_.empty()) return sum;
    for (const auto name : {ticker, std::string_view("*")})
        if (const auto at = epochs_.find(joined(source, name)); at != epochs_.end()) sum += at->second;
    return sum;
}

std::int32_t PassCounter::count(const TradeRow& row) {
    Pass* pass = &flat_;
    if (row.source == "flat") {
        if (!same_symbol(row.symbol, flat_symbol_)) flat_.t_ms = -1;
        flat_symbol_ = row.symbol;
    } else {
        key_.symbol = row.symbol;
        key_.source = row.source;
        pass = &passes_[key_];
    }
    const auto epoch = epoch_of(row.source, row.symbol.root());
    if (row.t_ms != pass->t_ms || epoch != pass->epoch) pass->size = 0;
    pass->t_ms = row.t_ms;
    pass->epoch = epoch;
    for (std::size_t i = 0; i < pass->size; ++i)
        if (same_group(pass->prints[i].row, row)) return ++pass->prints[i].count;
    if (pass->size == pass->prints.size()) pass->prints.emplace_back();
    Print& print = pass->prints[pass->size++];
    print.row = row;
    return print.count = 1;
}

void PassCounter::end_pass(std::string_view source, std::string_view ticker) {
    ++epochs_[joined(source, ticker)];
}

}  // namespace pulse::store
