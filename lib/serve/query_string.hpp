#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flow/parameters.hpp"

namespace pulse::serve {

/// `%41+b` → `A b`. Nothing for a broken escape or a control character.
std::optional<std::string> percent_decode(std::string_view text);

/// Takes a query (without the question mark) apart. Throws flow::ParameterError for a broken escape, a name
/// given twice, or more than 32 of them.
flow::Parameters parse_query(std::string_view query);

}  // namespace pulse::serve
