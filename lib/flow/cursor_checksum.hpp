#pragma once

#include <cstdint>
#include <string_view>

namespace pulse::flow {

/// FNV-1a, 64 bits. It keeps a cursor from being used with another question by mistake; one made up with
/// effort is just another place in the list.
constexpr std::uint64_t cursor_checksum(std::string_view text, std::string_view canonical) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](std::string_view part) {
        for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    };
    add(text);
    add("\n");
    add(canonical);
    return hash;
}

}  // namespace pulse::flow
