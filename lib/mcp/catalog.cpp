#include "mcp/catalog.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <stdexcept>

#include "base/json_text.hpp"
#include "embedded/pulse_mcp.hpp"

namespace pulse::mcp {

namespace {

using simdjson::dom::element;

/// A schema may say "$defs":["coverage", …]: the definitions of that name in definitions.json, which several
/// tools share, take the place of the list.
std::string definitions_of(const element& names, const element& all) {
    std::string out;
    for (const element name : names.get_array()) {
        const std::string_view text = name;
        out += out.empty() ? "{" : ",";
        append_json_string(out, text);
        out += ':' + simdjson::minify(all[text].value());
    }
    return out + "}";
}

std::string schema_of(const element& schema, const element& definitions) {
    std::string out;
    for (const auto field : schema.get_object()) {
        out += out.empty() ? "{" : ",";
        append_json_string(out, field.key);
        out += ':';
        out +=
            field.key == "$defs" ? definitions_of(field.value, definitions) : simdjson::minify(field.value);
    }
    return out + "}";
}

std::string tool_of(const element& tool, const element& definitions) {
    std::string out;
    for (const auto field : tool.get_object()) {
        out += out.empty() ? "{" : ",";
        append_json_string(out, field.key);
        out += ':';
        out +=
            field.key == "outputSchema" ? schema_of(field.value, definitions) : simdjson::minify(field.value);
    }
    // Nothing is written, nothing but the database is asked, and the same question has the same answer.
    return out +
           R"(,"annotations":{"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false}})";
}

std::string_view file_named(const std::string& name) {
    const auto* found = std::find_if(files::all_files.begin(), files::all_files.end(),
                                     [&](const auto& file) { return file.first == name; });
    if (found == files::all_files.end()) throw std::logic_error("no embedded file " + name);
    return found->second;
}

std::string make_tools_json() {
    simdjson::dom::parser definitions_parser;
    const element definitions =
        definitions_parser.parse(simdjson::padded_string(file_named("definitions.json")));
    simdjson::dom::parser parser;
    std::string out;
    for (const std::string_view name : tool_names()) {
        out += out.empty() ? "[" : ",";
        const simdjson::padded_string text(file_named(fmt::format("{}.json", name)));
        out += tool_of(parser.parse(text), definitions);
    }
    return out + "]";
}

}  // namespace

const std::array<std::string_view, 5>& tool_names() {
    static constexpr std::array<std::string_view, 5> kNames{
        "flow_briefing", "strike_concentration", "smart_money_trades", "similar_events", "data_coverage"};
    return kNames;
}

bool is_tool(std::string_view name) {
    const auto& names = tool_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

const std::string& tools_json() {
    static const std::string json = make_tools_json();
    return json;
}

}  // namespace pulse::mcp
