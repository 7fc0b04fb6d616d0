#pragma once

#include <array>
#include <string>
#include <string_view>

namespace pulse::mcp {

/// The tools' names, in the order they are listed.
const std::array<std::string_view, 5>& tool_names();
bool is_tool(std::string_view name);

/// The definitions of all tools as a JSON array on one line: name, title, description, the schemas of what
/// goes in and what comes out, hints. Made once, of the files in lib/mcp/tools.
const std::string& tools_json();

}  // namespace pulse::mcp
