#include "mcp/question.hpp"

#include <algorithm>
#include <string>

#include "answer/call_parts.hpp"

namespace pulse::mcp {

namespace {

using flow::ParameterError;

constexpr std::int64_t kLeastBytes = 4096;
constexpr std::int64_t kMostBytes = 256 << 10;
constexpr std::int64_t kUsualBytes = 32 << 10;
// What stands around a page's entries may take it a little over.
constexpr std::size_t kHardBytes = 320 << 10;
constexpr std::size_t kShownName = 40;

constexpr const char* kNoQuotes =
    "the feed has no quotes, so nobody can tell buyer from seller, what they intend or how sure anything is. "
    "Leave it "
    "out; side is CALL or PUT, the kind of contract";

// A name as an error may repeat it.
std::string shown(const std::string& name) {
    std::string text = name.substr(0, kShownName);
    std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

bool cuts_its_list(std::string_view tool) {
    return tool == "smart_money_trades" || tool == "strike_concentration";
}

// A briefing and the past of one ticker are as long as they are.
bool takes_max_bytes(std::string_view tool) {
    return cuts_its_list(tool) || tool == "data_coverage";
}

}  // namespace

ToolQuestion read_question(std::string_view tool, const std::vector<Argument>& arguments) {
    ToolQuestion question;
    std::int64_t bytes = kUsualBytes;
    for (const auto& [name, value, problem] : arguments) {
        if (answer::asks_for_the_unknowable(name == "side" ? value : name))
            throw ParameterError(shown(name), kNoQuotes, "unknown_parameter");
        if (!problem.empty()) throw ParameterError(shown(name), problem);
        if (name == "max_bytes" && takes_max_bytes(tool))
            bytes = flow::read_number(name, value, kLeastBytes, kMostBytes);
        else
            question.parameters.emplace_back(name, value);
    }
    question.most_bytes = kHardBytes;
    if (cuts_its_list(tool)) question.parameters.emplace_back("max_bytes", std::to_string(bytes));
    // It can't be cut: a longer one is refused.
    if (tool == "data_coverage") question.most_bytes = static_cast<std::size_t>(bytes);
    return question;
}

}  // namespace pulse::mcp
