#include "bus/route.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

namespace pulse::bus {

namespace {

bool plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// `3` or `5-7`.
bool add_span(std::string_view text, unsigned partitions, std::set<unsigned>& out) {
    const auto dash = text.find('-');
    const auto first = number(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    if (!first || !last || *first > *last || *last >= partitions) return false;
    for (unsigned p = *first; p <= *last; ++p) out.insert(p);
    return true;
}

}  // namespace

unsigned partition_of(std::string_view ticker, unsigned partitions) {
    std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
    for (const char c : ticker) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    // The low bits of this hash see only the low bits of each letter.
    return static_cast<unsigned>((hash ^ (hash >> 32)) % partitions);
}

std::string subject_of(std::string_view stream, unsigned partition, std::string_view ticker) {
    std::string subject(stream);
    subject += '.';
    subject += std::to_string(partition);
    subject += '.';
    for (const char c : ticker) subject += plain(c) ? c : '_';
    return subject;
}

std::string partition_subjects(std::string_view stream, unsigned partition) {
    std::string subject(stream);
    subject += '.';
    subject += std::to_string(partition);
    subject += ".>";
    return subject;
}

bool valid_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain);
}

std::optional<std::vector<unsigned>> parse_partitions(std::string_view text, unsigned partitions) {
    std::set<unsigned> chosen;
    if (text == "all") {
        for (unsigned p = 0; p < partitions; ++p) chosen.insert(p);
    } else {
        for (;;) {
            const auto comma = text.find(',');
            if (!add_span(text.substr(0, comma), partitions, chosen)) return std::nullopt;
            if (comma == std::string_view::npos) break;
            text.remove_prefix(comma + 1);
        }
    }
    return std::vector<unsigned>(chosen.begin(), chosen.end());
}

}  // namespace pulse::bus
