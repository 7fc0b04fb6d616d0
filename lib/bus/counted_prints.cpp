#include "bus/counted_prints.hpp"

namespace pulse::bus {

namespace {

constexpr std::size_t kBehindRoot = 15;  // YYMMDD, C or P, eight digits of strike

// `O:AAPL251219C00190000` without what is not the root.
std::string_view root_of(std::string_view sym) {
    return sym.substr(2, sym.size() - 2 - kBehindRoot);
}

}  // namespace

std::string CountedPrints::before(const CountedPrint& print, std::uint64_t message) {
    std::string key(print.source);
    key += ' ';
    key += print.sym;
    if (print.source == "flat") {
        if (flat_key_ != key) instants_.erase(flat_key_);
        flat_key_ = key;
    }
    Instant& instant = instants_[key];
    if (instant.t_ms != print.t_ms) instant = {print.t_ms, message, {}};
    std::string context;
    if (instant.message != message) context = instant.lines;
    instant.message = message;
    instant.lines += print.line;
    instant.lines += '\n';
    return context;
}

void CountedPrints::end_pass(std::string_view source, std::string_view ticker) {
    instants_.erase_keys([&](std::string_view key) {
        return key.starts_with(source) && key.substr(source.size()).starts_with(' ') &&
               (ticker == "*" || root_of(key.substr(source.size() + 1)) == ticker);
    });
}

}  // namespace pulse::bus
