#include "mcp/catalog.hpp"

#include <set>

#include "json.hpp"

using namespace pulse::mcp;
using simdjson::dom::element;
using simdjson::dom::element_type;

namespace {

bool has(const element& object, std::string_view key) {
    return object[key].error() == simdjson::SUCCESS;
}

std::set<std::string> keys_of(const element& object) {
    std::set<std::string> keys;
    for (const auto field : object.get_object()) keys.emplace(field.key);
    return keys;
}

const std::set<std::string> kKeywords{"type",        "properties", "required", "additionalProperties",
                                      "description", "enum",       "format",   "minimum",
                                      "maximum",     "default",    "items",    "anyOf",
                                      "$ref",        "$defs"};
const std::set<std::string> kTypes{"object", "array", "string", "number", "integer", "boolean", "null"};

void check_type(const element& type) {
    if (type.is_string())
        CHECK(kTypes.count(std::string(type.get_string().value())) == 1);
    else
        for (const element one : type.get_array())
            CHECK(kTypes.count(std::string(one.get_string().value())) == 1);
}

// A JSON Schema in the small: known keywords, known types, required names that exist, references that lead
// somewhere.
void check_schema(const element& schema, const element& root) {
    for (const std::string& key : keys_of(schema)) {
        INFO(key);
        CHECK(kKeywords.count(key) == 1);
    }
    if (has(schema, "type")) check_type(schema["type"]);
    if (has(schema, "properties"))
        for (const auto field : schema["properties"].get_object()) check_schema(field.value, root);
    if (has(schema, "required"))
        for (const element name : schema["required"].get_array()) {
            INFO(name.get_string().value());
            CHECK(has(schema["properties"], name.get_string().value()));
        }
    if (has(schema, "items")) check_schema(schema["items"], root);
    if (has(schema, "anyOf"))
        for (const element one : schema["anyOf"].get_array()) check_schema(one, root);
    if (has(schema, "additionalProperties") && schema["additionalProperties"].is_object())
        check_schema(schema["additionalProperties"], root);
    if (has(schema, "$defs"))
        for (const auto field : schema["$defs"].get_object()) check_schema(field.value, root);
    if (has(schema, "$ref")) {
        const std::string_view reference = schema["$ref"];
        INFO(reference);
        REQUIRE(reference.substr(0, 2) == "#/");
        CHECK(root.at_pointer(reference.substr(1)).error() == simdjson::SUCCESS);
    }
}

template <typename Check>
void each_tool(const Check& check) {
    const Json tools(tools_json());
    for (const element tool : tools.root().get_array()) {
        INFO(tool["name"].get_string().value());
        check(tool);
    }
}

}  // namespace

TEST_CASE("the catalog is one line with five tools under their own names") {
    CHECK(tools_json().find('\n') == std::string::npos);
    CHECK(&tools_json() == &tools_json());
    std::size_t at = 0;
    each_tool(
        [&](const element& tool) { CHECK(tool["name"].get_string().value() == tool_names().at(at++)); });
    CHECK(at == 5);
    for (const auto name : tool_names()) CHECK(is_tool(name));
    CHECK_FALSE(is_tool("definitions"));
    CHECK_FALSE(is_tool(""));
    CHECK_FALSE(is_tool("flow_briefing "));
    // A client reads it into a model's context: it has to stay small.
    CHECK(tools_json().size() < 48 * 1024);
}

TEST_CASE("a tool has a title, a description, both schemas and hints") {
    each_tool([](const element& tool) {
        CHECK(keys_of(tool) == std::set<std::string>{"name", "title", "description", "inputSchema",
                                                     "outputSchema", "annotations"});
        CHECK(tool["title"].get_string().value().size() < 60);
        const std::string_view description = tool["description"];
        CHECK(description.size() > 200);
        CHECK(description.size() < 1024);
        CHECK(simdjson::minify(tool["annotations"].value()) ==
              R"({"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false})");
    });
}

TEST_CASE("what goes in is an object of described arguments and nothing else") {
    each_tool([](const element& tool) {
        const element input = tool["inputSchema"];
        CHECK(input["type"].get_string().value() == "object");
        CHECK_FALSE(input["additionalProperties"].get_bool().value());
        check_schema(input, input);
        for (const auto field : input["properties"].get_object()) {
            INFO(field.key);
            CHECK(has(field.value, "description"));
            CHECK(has(field.value, "type"));
            if (field.key == "side")
                CHECK_THAT(std::string(field.value["description"]), ContainsSubstring("Not a direction"));
            if (field.key == "max_bytes") {
                CHECK(field.value["default"].get_int64().value() == 32768);
                CHECK(field.value["maximum"].get_int64().value() == 262144);
            }
        }
    });
}

TEST_CASE("what comes out is an object that always tells its coverage") {
    each_tool([](const element& tool) {
        const element output = tool["outputSchema"];
        CHECK(output["type"].get_string().value() == "object");
        check_schema(output, output);
        bool coverage = false;
        for (const element name : output["required"].get_array())
            coverage = coverage || name.get_string().value() == "coverage";
        CHECK(coverage);
        CHECK(output["properties"]["coverage"]["$ref"].get_string().value() == "#/$defs/coverage");
        for (const char* field : {"state", "gaps", "feed_delay_s", "live_until", "simulated"})
            CHECK(has(output["$defs"]["coverage"]["properties"], field));
    });
}

TEST_CASE("no tool takes or tells a direction") {
    for (const char* word : {"direction", "sentiment", "intent", "confidence", "prediction", "bullish"}) {
        INFO(word);
        CHECK(tools_json().find(std::string("\"") + word + "\":") == std::string::npos);
    }
}
