#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "flow/parameters.hpp"
#include "mcp/message.hpp"

namespace pulse::mcp {

/// A tool's arguments as the parameters that the same question has over HTTP.
struct ToolQuestion {
    flow::Parameters parameters;
    std::size_t most_bytes = 0;  ///< of the answer's JSON: so that no line is longer than 1 MiB
};

/// Throws flow::ParameterError for an argument that can't be one, and in words for what no data can tell:
/// direction, intent, certainty. The rest is for the question's own reader.
ToolQuestion read_question(std::string_view tool, const std::vector<Argument>& arguments);

}  // namespace pulse::mcp
