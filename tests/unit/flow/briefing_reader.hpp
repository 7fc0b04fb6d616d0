#pragma once

#include <string>
#include <vector>

namespace pulse::flow::test {

/// Reads a briefing as somebody would who trusts nothing but its evidence: takes each sentence apart, finds
/// the source of every number and claim in the evidence object, and gives what it objects to. It shares no
/// code with what wrote the sentences.
std::vector<std::string> objections_to(const std::string& briefing_json);

}  // namespace pulse::flow::test
