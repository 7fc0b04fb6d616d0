#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulse::serve {

/// Names and values of a query, decoded, in the order sent.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// `%41+b` → `A b`. Nothing for a broken escape or a control character.
std::optional<std::string> percent_decode(std::string_view text);

/// Takes a query (without the question mark) apart. Throws flow::ParameterError for a broken escape, a name
/// given twice, or more than 32 of them.
Parameters parse_query(std::string_view query);

}  // namespace pulse::serve
