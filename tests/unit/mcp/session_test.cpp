#include "mcp/session.hpp"

#include <fmt/format.h>

#include "json.hpp"
#include "mcp/catalog.hpp"

using namespace pulse::mcp;

namespace {

constexpr std::string_view kMeta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";
constexpr std::string_view kServerInfo = "/result/_meta/io.modelcontextprotocol~1serverInfo";

/// A desk that answers as told and remembers what it was asked.
struct FakeDesk {
    ToolAnswer next;
    std::vector<std::string> asked;

    FakeDesk() {
        next.text = "Two trades.";
        next.json = R"({"trades":[1,2]})";
    }
    ToolRunner runner() {
        return [this](std::string_view tool, const std::vector<Argument>& arguments) {
            std::string text(tool);
            for (const auto& [name, value, problem] : arguments)
                text += fmt::format(" {}={}{}", name, value, problem);
            asked.push_back(std::move(text));
            return next;
        };
    }
};

struct Talk {
    FakeDesk desk;
    Session session{desk.runner()};

    /// The answer to a line, which must be one: a single line of JSON-RPC.
    Json ask(std::string_view line) {
        const auto answer = session.answer(line);
        REQUIRE(answer);
        CHECK(answer->find('\n') == answer->size() - 1);
        Json json(*answer);
        CHECK(json.text("/jsonrpc") == "2.0");
        CHECK((json.at("/result") == "(none)") != (json.at("/error") == "(none)"));
        return json;
    }
    Json request(std::string_view method, std::string_view params = {}) {
        return ask(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}"{}{}}})", method,
                               params.empty() ? "" : ",\"params\":", params));
    }
    Json modern(std::string_view method, std::string_view members = {}) {
        return request(method, fmt::format("{{{}{}{}}}", kMeta, members.empty() ? "" : ",", members));
    }
    Json initialize(std::string_view version) {
        return request(
            "initialize",
            fmt::format(
                R"({{"protocolVersion":"{}","capabilities":{{}},"clientInfo":{{"name":"t","version":"1"}}}})",
                version));
    }
    std::string code(std::string_view method, std::string_view params = {}) {
        return request(method, params).at("/error/code");
    }
};

}  // namespace

TEST_CASE("initialize agrees on the client's version, or offers the newest of that era") {
    for (const char* version : {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"})
        CHECK(Talk{}.initialize(version).text("/result/protocolVersion") == version);
    // 2026-07-28 has no initialize: a client that sends it gets what this handshake can open.
    for (const char* version : {"2026-07-28", "2099-01-01", "1.0", ""})
        CHECK(Talk{}.initialize(version).text("/result/protocolVersion") == "2025-11-25");
    CHECK(Talk{}.code("initialize") == "-32602");
    CHECK(Talk{}.code("initialize", "{}") == "-32602");
    CHECK(Talk{}.code("initialize", R"({"protocolVersion":1})") == "-32602");
}

TEST_CASE("initialize tells who we are, what we can and how to speak of it") {
    const Json answer = Talk{}.initialize("2025-11-25");
    CHECK(answer.text("/result/serverInfo/name") == "pulse-mcp");
    CHECK(answer.text("/result/serverInfo/version").find('.') != std::string::npos);
    CHECK(answer.at("/result/capabilities") == R"({"tools":{"listChanged":false}})");
    CHECK_THAT(answer.text("/result/instructions"), ContainsSubstring("nobody can tell buyer from seller") &&
                                                        ContainsSubstring("fewer than 20 similar events") &&
                                                        ContainsSubstring("delayed by 15 minutes"));
    CHECK(answer.at("/result/resultType") == "(none)");
    CHECK(answer.at("/result/_meta") == "(none)");
}

TEST_CASE("without a handshake the old era only gets ping") {
    Talk talk;
    CHECK(talk.request("ping").at("/result") == "{}");
    CHECK(talk.code("tools/list") == "-32600");
    CHECK(talk.code("tools/call", R"({"name":"data_coverage"})") == "-32600");
    CHECK(talk.desk.asked.empty());
    // A handshake that failed opens nothing.
    CHECK(talk.code("initialize", "{}") == "-32602");
    CHECK(talk.code("tools/list") == "-32600");
    talk.initialize("2025-06-18");
    CHECK(talk.request("tools/list").at("/error") == "(none)");
    CHECK(talk.request("ping").at("/result") == "{}");
}

TEST_CASE("server/discover lists both eras") {
    const Json answer = Talk{}.modern("server/discover");
    CHECK(answer.at("/result/supportedVersions") ==
          R"(["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"])");
    CHECK(answer.at("/result/capabilities") == R"({"tools":{"listChanged":false}})");
    CHECK(answer.text("/result/resultType") == "complete");
    CHECK(answer.at("/result/ttlMs") == "3600000");
    CHECK(answer.text("/result/cacheScope") == "public");
    CHECK(answer.text(std::string(kServerInfo) + "/name") == "pulse-mcp");
    CHECK_THAT(answer.text("/result/instructions"), ContainsSubstring("nobody can tell buyer from seller"));
    CHECK(Talk{}.code("server/discover") == "-32602");
}

TEST_CASE("a modern request needs no handshake and must carry a whole envelope") {
    CHECK(Talk{}.modern("tools/list").at("/result/tools/0/name") == "\"flow_briefing\"");
    const auto with = [](std::string_view meta) {
        return Talk{}.request("tools/list", fmt::format(R"({{"_meta":{{{}}}}})", meta));
    };
    const Json other = with(
        R"("io.modelcontextprotocol/protocolVersion":"2027-01-01","io.modelcontextprotocol/clientCapabilities":{})");
    CHECK(other.at("/error/code") == "-32022");
    CHECK(other.text("/error/data/requested") == "2027-01-01");
    CHECK(other.at("/error/data/supported") ==
          R"(["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"])");
    // The old versions have a handshake; naming one in the envelope is not it.
    CHECK(with(R"("io.modelcontextprotocol/protocolVersion":"2025-11-25")").at("/error/code") == "-32022");
    CHECK(with(R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")").at("/error/code") == "-32602");
    CHECK(with(R"("io.modelcontextprotocol/protocolVersion":7)").at("/error/code") == "-32602");
    // It opens no session of the old era.
    Talk talk;
    talk.modern("tools/list");
    CHECK(talk.code("tools/list") == "-32600");
}

TEST_CASE("what only the modern era has is not in the old one's answers") {
    Talk talk;
    talk.initialize("2025-11-25");
    const Json old_list = talk.request("tools/list", R"({"cursor":"x"})");
    const Json new_list = talk.modern("tools/list", R"("cursor":"x")");
    CHECK(old_list.at("/result/tools") == new_list.at("/result/tools"));
    CHECK(new_list.at("/result/ttlMs") == "3600000");
    CHECK(new_list.text("/result/cacheScope") == "public");
    for (const char* member : {"/result/ttlMs", "/result/cacheScope", "/result/resultType", "/result/_meta"})
        CHECK(old_list.at(member) == "(none)");
    CHECK(new_list.text("/result/resultType") == "complete");
    CHECK(new_list.text(std::string(kServerInfo) + "/name") == "pulse-mcp");
    const Json old_call = talk.request("tools/call", R"({"name":"data_coverage"})");
    const Json new_call = talk.modern("tools/call", R"("name":"data_coverage")");
    CHECK(old_call.at("/result/structuredContent") == new_call.at("/result/structuredContent"));
    CHECK(old_call.at("/result/resultType") == "(none)");
    CHECK(old_call.at("/result/_meta") == "(none)");
    CHECK(new_call.text("/result/resultType") == "complete");
    CHECK(new_call.at("/result/ttlMs") == "(none)");
    // ping is gone there.
    CHECK(talk.modern("ping").at("/error/code") == "-32601");
    CHECK(talk.modern("initialize", R"("protocolVersion":"2025-11-25")").at("/error/code") == "-32601");
}

TEST_CASE("tools are listed in one order, the same each time") {
    Talk talk;
    const std::string first = talk.modern("tools/list").at("/result/tools");
    CHECK(talk.modern("tools/list").at("/result/tools") == first);
    const Json tools(first);
    const auto& names = tool_names();
    for (std::size_t i = 0; i < names.size(); ++i)
        CHECK(tools.text(fmt::format("/{}/name", i)) == names.at(i));
    CHECK(tools.at("/5") == "(none)");
}

TEST_CASE("a tool's answer is its words, its JSON as text, and its JSON") {
    Talk talk;
    talk.desk.next = {"Two \"trades\"\nand a \x01 byte.", R"({"trades":[1,2],"text":"a\"b"})"};
    const Json answer = talk.modern(
        "tools/call", R"("name":"smart_money_trades","arguments":{"ticker":["AAPL","TSLA"],"limit":2.0})");
    CHECK(talk.desk.asked == std::vector<std::string>{"smart_money_trades ticker=AAPL,TSLA limit=2"});
    CHECK(answer.text("/result/content/0/type") == "text");
    CHECK(answer.text("/result/content/0/text") == talk.desk.next.text);
    CHECK(answer.text("/result/content/1/type") == "text");
    CHECK(answer.text("/result/content/1/text") == talk.desk.next.json);
    CHECK(answer.at("/result/content/2") == "(none)");
    CHECK(answer.at("/result/structuredContent") == talk.desk.next.json);
    CHECK(answer.at("/result/isError") == "false");
}

TEST_CASE("an error of a tool is an answer with words alone") {
    Talk talk;
    talk.desk.next = {"limit: 1 to 1000", {}};
    talk.initialize("2025-11-25");
    const Json answer =
        talk.request("tools/call", R"({"name":"smart_money_trades","arguments":{"limit":0}})");
    CHECK(answer.at("/result/isError") == "true");
    CHECK(answer.text("/result/content/0/text") == "limit: 1 to 1000");
    CHECK(answer.at("/result/content/1") == "(none)");
    CHECK(answer.at("/result/structuredContent") == "(none)");
    // What is wrong with an argument reaches the desk, which answers in words.
    talk.request("tools/call", R"({"name":"flow_briefing","arguments":{"ticker":null}})");
    CHECK(talk.desk.asked.back().starts_with("flow_briefing ticker=send "));
}

TEST_CASE("calls that name no tool are errors of the protocol") {
    Talk talk;
    talk.initialize("2025-11-25");
    const Json unknown = talk.request("tools/call", R"({"name":"buy_signal","arguments":{}})");
    CHECK(unknown.at("/error/code") == "-32602");
    CHECK_THAT(unknown.text("/error/message"),
               ContainsSubstring("buy_signal") && ContainsSubstring("strike_concentration"));
    CHECK(talk.code("tools/call") == "-32602");
    CHECK(talk.code("tools/call", "{}") == "-32602");
    CHECK(talk.code("tools/call", R"({"name":7})") == "-32602");
    CHECK(talk.code("tools/call", R"({"name":"data_coverage","arguments":[]})") == "-32602");
    CHECK(talk.code("tools/call", R"({"name":"data_coverage","arguments":{"limit":1,"limit":2}})") ==
          "-32602");
    CHECK(talk.desk.asked.empty());
    const Json without = talk.request("tools/call", R"({"name":"data_coverage"})");
    CHECK(without.at("/result/isError") == "false");
}

TEST_CASE("methods that we don't have are unknown, in both eras") {
    Talk talk;
    for (const char* method : {"resources/list", "prompts/list", "logging/setLevel", "tools/List", ""}) {
        CHECK(talk.code(method) == "-32601");
        CHECK(talk.modern(method).at("/error/code") == "-32601");
    }
}

TEST_CASE("what is no message is answered with an error, and the talk goes on") {
    Talk talk;
    const auto error = [&](std::string_view line) {
        const Json answer = talk.ask(line);
        return answer.at("/id") + " " + answer.at("/error/code");
    };
    CHECK(error("{") == "null -32700");
    CHECK(error("\xff") == "null -32700");
    CHECK(error("[]") == "null -32600");
    CHECK(error(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])") == "null -32600");
    CHECK_THAT(talk.ask("[]").text("/error/message"), ContainsSubstring("one message a line"));
    CHECK(error(R"({"jsonrpc":"1.0","id":"x","method":"ping"})") == "\"x\" -32600");
    const Json long_line(Session::too_long());
    CHECK(long_line.at("/id") == "null");
    CHECK(long_line.at("/error/code") == "-32600");
    CHECK_THAT(long_line.text("/error/message"), ContainsSubstring("1048576 bytes"));
    CHECK(talk.request("ping").at("/result") == "{}");
}

TEST_CASE("notifications, responses and blank lines are not answered") {
    Talk talk;
    for (const char* line :
         {"", " ", "\r", "\t \r", R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
          R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})",
          R"({"jsonrpc":"2.0","method":"no/such"})", R"({"jsonrpc":"2.0","method":"ping","params":[]})",
          R"({"jsonrpc":"2.0","method":"tools/call","params":{"name":"data_coverage"}})",
          R"({"jsonrpc":"2.0","method":"initialize","params":{"protocolVersion":"2025-11-25"}})",
          R"({"jsonrpc":"2.0","id":1,"result":{}})"})
        CHECK_FALSE(talk.session.answer(line));
    CHECK(talk.desk.asked.empty());
    CHECK(talk.code("tools/list") == "-32600");
}

TEST_CASE("an answer carries the id exactly as the request had it") {
    Talk talk;
    for (const char* id :
         {"0", "-1", "1.50", "1E3", "18446744073709551615", R"("")", R"("7")", R"("\u00e9\/")"}) {
        const auto answer =
            talk.session.answer(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"ping"}})", id));
        CHECK(answer == fmt::format("{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{{}}}}\n", id));
        const auto error =
            talk.session.answer(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"no"}})", id));
        REQUIRE(error);
        CHECK(error->starts_with(fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":)", id)));
    }
}

TEST_CASE("what a client sent is repeated in an error only in part, and never breaks its line") {
    Talk talk;
    const std::string noise = R"(\n\u0000\"\\)" + std::string(5000, 'x');
    const auto method =
        talk.session.answer(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}"}})", noise));
    REQUIRE(method);
    CHECK(method->size() < 400);
    CHECK(method->find('\n') == method->size() - 1);
    CHECK(Json(*method).at("/error/code") == "-32601");
    const auto tool = talk.session.answer(fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{{},"name":"{}"}}}})", kMeta, noise));
    REQUIRE(tool);
    CHECK(tool->size() < 600);
    CHECK(Json(*tool).at("/error/code") == "-32602");
}
