#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

/// Changes a line as a careless hand would: one character at `from` or behind is replaced by, gets before it,
/// or is left out for, one of `alphabet`. The line must be longer than `from`.
inline void change_one(std::mt19937& random, std::string& line, std::string_view alphabet,
                       std::size_t from = 0) {
    const std::size_t at = from + random() % (line.size() - from);
    const char c = alphabet[random() % alphabet.size()];
    switch (random() % 3) {
        case 0:
            line[at] = c;
            break;
        case 1:
            line.insert(at, 1, c);
            break;
        default:
            line.erase(at, 1);
    }
}
