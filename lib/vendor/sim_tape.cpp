#include "vendor/sim_tape.hpp"

#include <algorithm>
#include <charconv>

namespace pulse {

namespace {

constexpr std::string_view kUsualStart = R"({"ev":"T",)";

bool is_trade(std::string_view line) {
    if (line.starts_with(kUsualStart)) return true;
    return line.starts_with('{') &&
           (line.find(R"("ev":"T")") != line.npos || line.find(R"("ev": "T")") != line.npos);
}

// What follows `key` in the line, blanks skipped; empty when the key is absent.
std::string_view after(std::string_view line, std::string_view key) {
    const auto at = line.rfind(key);
    if (at == line.npos) return {};
    line.remove_prefix(at + key.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    return line;
}

}  // namespace

void TapeCursor::find() {
    while (!rest_.empty()) {
        const auto newline = std::min(rest_.find('\n'), rest_.size());
        line_ = rest_.substr(0, newline);
        rest_.remove_prefix(std::min(newline + 1, rest_.size()));
        if (line_.ends_with('\r')) line_.remove_suffix(1);
        if (is_trade(line_)) return;
    }
    line_ = {};
}

std::string_view tape_symbol(std::string_view line) {
    auto value = after(line, R"("sym":)");
    if (!value.starts_with('"')) return {};
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
}

std::int64_t tape_time(std::string_view line) {
    const auto value = after(line, R"("t":)");
    std::int64_t ms = 0;
    std::from_chars(value.data(), value.data() + value.size(), ms);
    return ms;
}

}  // namespace pulse
