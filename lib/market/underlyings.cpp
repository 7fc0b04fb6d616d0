#include "market/underlyings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/error.hpp"

namespace pulse {

namespace {

constexpr std::uint64_t kEmptySlot = ~0ULL;

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool is_root(std::string_view text) {
    return !text.empty() && text.size() <= 6 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

}  // namespace

Underlyings Underlyings::parse(std::string_view list) {
    Underlyings result;
    if (trim(list) == "ALL") return result;
    while (!list.empty() || result.roots_.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view root = trim(list.substr(0, comma));
        if (!is_root(root))
            throw Error(Exit::kUsage,
                        fmt::format("'{}' is no option root: give names like AAPL,TSLA (1 to 6 of A-Z and "
                                    "0-9) or ALL",
                                    root));
        if (std::find(result.roots_.begin(), result.roots_.end(), root) == result.roots_.end())
            result.roots_.emplace_back(root);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    result.build_table();
    return result;
}

std::string Underlyings::display_name() const {
    if (all()) return "ALL";
    const auto mag7 = parse(kMag7).roots_;
    const bool is_mag7 =
        roots_.size() == mag7.size() && std::is_permutation(roots_.begin(), roots_.end(), mag7.begin());
    return is_mag7 ? "MAG7" : fmt::format("{}", fmt::join(roots_, ","));
}

// Tries multipliers until no two roots share a slot; a table four times as large as the list makes that a
// matter of a few dozen tries for lists of any sensible length, and it grows when it is not.
void Underlyings::build_table() {
    std::uint64_t seed = 0x9E3779B97F4A7C15;  // any odd constant; this one is 2^64 / golden ratio
    for (std::size_t slots = std::bit_ceil(roots_.size() * 4);; slots *= 2) {
        shift_ = static_cast<unsigned>(64 - std::countr_zero(slots));
        for (int attempt = 0; attempt < 1000; ++attempt) {
            multiplier_ = seed | 1;
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            table_.assign(slots, kEmptySlot);
            const bool fits = std::all_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
                const std::uint64_t key = key_of(root);
                return std::exchange(table_[lookup().slot(key)], key) == kEmptySlot;
            });
            if (fits) return;
        }
    }
}

}  // namespace pulse
