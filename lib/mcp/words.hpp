#pragma once

#include <string>
#include <string_view>

namespace pulse::mcp {

/// A tool's answer in a few plain sentences, of nothing but the answer: what was found, and how much of the
/// time is known. `json` is an answer of lib/answer.
std::string words_for(std::string_view tool, std::string_view json);

}  // namespace pulse::mcp
