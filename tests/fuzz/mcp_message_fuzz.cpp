// Lines from an AI client through the server's half of the protocol: each gives one line of JSON-RPC or none,
// whatever was in it; the id comes back as it was sent, and a line that nobody should answer is not answered.
// Input: a session, line by line. Tools answer with what they were asked, as far as a question can be made of
// it.
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_text.hpp"
#include "check.hpp"
#include "mcp/catalog.hpp"
#include "mcp/question.hpp"
#include "mcp/session.hpp"

namespace {

using namespace pulse;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kMostOfAnError = 2048;

bool plain(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

mcp::ToolAnswer echo(std::string_view tool, const std::vector<mcp::Argument>& arguments) {
    FUZZ_CHECK(mcp::is_tool(tool));
    FUZZ_CHECK(arguments.size() <= 32);
    for (const auto& argument : arguments) FUZZ_CHECK(plain(argument.value));
    try {
        const auto question = mcp::read_question(tool, arguments);
        FUZZ_CHECK(question.most_bytes >= 4096 && question.most_bytes < mcp::kMaxMessage / 2);
        std::string json = "{";
        for (const auto& [name, value] : question.parameters) {
            json += json.size() > 1 ? "," : "";
            append_json_string(json, name);
            json += ':';
            append_json_string(json, value);
        }
        return {"asked", json + "}"};
    } catch (const flow::ParameterError& error) {
        FUZZ_CHECK(error.parameter().size() <= 40 && plain(error.parameter()) && *error.what() != '\0');
        return {error.parameter() + ": " + error.what(), {}};
    }
}

// The id of a request, as JSON text: the number's own digits, or the string between its quotes.
std::string id_of(const element& message) {
    element id;
    if (message["id"].get(id) != simdjson::SUCCESS) return "";
    return simdjson::minify(id);
}

void check_result(const element& answer) {
    element content;
    if (answer["result"]["content"].get(content) != simdjson::SUCCESS) return;
    const bool error = answer["result"]["isError"].get_bool().value();
    FUZZ_CHECK(error == (answer["result"]["structuredContent"].error() != simdjson::SUCCESS));
    FUZZ_CHECK(content.get_array().value().size() == (error ? 1U : 2U));
}

void check_answer(std::string_view line, const std::string& answer) {
    FUZZ_CHECK(answer.ends_with('\n') && answer.find('\n') == answer.size() - 1 &&
               plain(answer.substr(0, answer.size() - 1)));
    simdjson::dom::parser parser;
    element root;
    FUZZ_CHECK(parser.parse(answer.data(), answer.size()).get(root) == simdjson::SUCCESS);
    FUZZ_CHECK(root["jsonrpc"].get_string().value() == "2.0");
    const bool failed = root["error"].error() == simdjson::SUCCESS;
    FUZZ_CHECK(failed != (root["result"].error() == simdjson::SUCCESS));
    if (failed)
        FUZZ_CHECK(answer.size() < kMostOfAnError + line.size());
    else
        check_result(root);
    FUZZ_CHECK(answer.size() <= mcp::tools_json().size() + 4 * line.size() + 8192);
    simdjson::dom::parser request_parser;
    element request;
    const bool readable = request_parser.parse(line.data(), line.size()).get(request) == simdjson::SUCCESS;
    const std::string id = id_of(root);
    FUZZ_CHECK(!id.empty());
    if (!readable || !request.is_object()) {
        FUZZ_CHECK(failed && id == "null");
        return;
    }
    FUZZ_CHECK(id == "null" ? failed : id == id_of(request));
}

// Only what has a method and no id, has neither, or is blank stays unanswered.
void check_silence(std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    simdjson::dom::parser parser;
    element request;
    FUZZ_CHECK(parser.parse(line.data(), line.size()).get(request) == simdjson::SUCCESS);
    FUZZ_CHECK(request.is_object());
    FUZZ_CHECK(id_of(request).empty() || request["method"].error() != simdjson::SUCCESS);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    mcp::Session session(echo);
    mcp::Session again(echo);
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto answer = session.answer(line);
        FUZZ_CHECK(answer == again.answer(line));
        if (answer)
            check_answer(line, *answer);
        else
            check_silence(line);
    }
    return 0;
}
