#include "bus/counted_prints.hpp"

namespace pulse::bus {

namespace {

constexpr std::size_t kBehindRoot = 15;  // YYMMDD, C or P, eight digits of strike

// `O:AAPL251219C00190000` without what is not the root.
std::string_view root_of(std::string_view sym) {
    return sym.substr(2, sym.size() - 2 - kBehindRoot);
}

}  // namespace

CountedPrints::Instant& CountedPrints::instant_of(const std::string& key) {
    if (const auto at = young_.find(key); at != young_.end()) return at->second;
    if (young_.size() >= generation_) {
        old_ = std::move(young_);
        young_.clear();
    }
    if (auto node = old_.extract(key)) return young_.insert(std::move(node)).position->second;
    return young_[key];
}

std::string CountedPrints::before(const CountedPrint& print, std::uint64_t message) {
    std::string key(print.source);
    key += ' ';
    key += print.sym;
    if (print.source == "flat") {
        if (flat_key_ != key) {
            young_.erase(flat_key_);
            old_.erase(flat_key_);
        }
        flat_key_ = key;
    }
    Instant& instant = instant_of(key);
    if (instant.t_ms != print.t_ms) instant = {print.t_ms, message, {}};
    std::string context;
    if (instant.message != message) context = instant.lines;
    instant.message = message;
    instant.lines += print.line;
    instant.lines += '\n';
    return context;
}

void CountedPrints::end_pass(std::string_view source, std::string_view ticker) {
    const auto ended = [&](const auto& entry) {
        const std::string_view key = entry.first;
        return key.starts_with(source) && key.substr(source.size()).starts_with(' ') &&
               (ticker == "*" || root_of(key.substr(source.size() + 1)) == ticker);
    };
    std::erase_if(young_, ended);
    std::erase_if(old_, ended);
}

}  // namespace pulse::bus
