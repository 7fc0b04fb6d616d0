#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "market/date.hpp"

/// What the readers of questions share. All throw flow::ParameterError naming the parameter.
namespace pulse::answer {

/// Whether a parameter's name, or the value of `side`, asks for what no data here can tell: direction,
/// intent, certainty, advice. In any case of letters.
bool asks_for_the_unknowable(std::string_view name);

/// Refuses a parameter that the question doesn't take (`known` lists those it does), in words where somebody
/// asks for what no data here can tell.
[[noreturn]] void refuse(const std::string& name, std::string_view known);

/// A whole number from 1 to `max`.
int small_number(std::string_view name, std::string_view text, int max);
/// `max_bytes`: 4 KiB to 16 MiB.
std::size_t read_bytes(std::string_view text);
Day read_date(std::string_view name, std::string_view text);

inline bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace pulse::answer
