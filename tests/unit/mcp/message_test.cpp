#include "mcp/message.hpp"

#include <fmt/format.h>

#include "catch.hpp"

using namespace pulse::mcp;

namespace {

// What became of a text, in short.
std::string outcome(std::string_view text) {
    MessageReader reader;
    const auto message = reader.read(text);
    if (const auto* bad = std::get_if<BadMessage>(&message)) return fmt::format("{} {}", bad->id, bad->code);
    if (std::holds_alternative<Ignored>(message)) return "ignored";
    const auto& request = std::get<Request>(message);
    if (!request.params_problem.empty()) return request.id + " params: " + request.params_problem;
    return (request.notification() ? "notification " : request.id + " ") + request.method;
}

Request request_of(std::string_view text) {
    MessageReader reader;
    return std::get<Request>(reader.read(text));
}

Request call_with(std::string_view arguments) {
    return request_of(fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"x","arguments":{}}}}})",
        arguments));
}

// The argument `a` as NAME=VALUE, or what is wrong with it.
std::string argument(std::string_view value) {
    const Request request = call_with(fmt::format(R"({{"a":{}}})", value));
    REQUIRE(request.arguments.size() == 1);
    const Argument& argument = request.arguments[0];
    CHECK(argument.name == "a");
    return argument.problem.empty() ? "=" + argument.value : "problem";
}

}  // namespace

TEST_CASE("a request, a notification and a response are told apart") {
    CHECK(outcome(R"({"jsonrpc":"2.0","id":1,"method":"ping"})") == "1 ping");
    CHECK(outcome(R"({"jsonrpc":"2.0","method":"notifications/initialized"})") ==
          "notification notifications/initialized");
    CHECK(outcome(R"({"jsonrpc":"2.0","id":1,"result":{}})") == "ignored");
    CHECK(outcome(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})") == "ignored");
    // The order of the keys doesn't matter, nor do keys that nobody knows.
    CHECK(outcome(R"({"later":[{}],"method":"ping","id":1,"jsonrpc":"2.0"})") == "1 ping");
}

TEST_CASE("an id stays as it was sent, byte for byte") {
    for (const char* id : {"0", "-7", "1.0", "1e2", "18446744073709551615", R"("")", R"("a b")",
                           R"("\u00e9\n")", R"("é")", R"("\"")"})
        CHECK(request_of(fmt::format(R"({{"jsonrpc":"2.0","id": {} ,"method":"ping"}})", id)).id == id);
    for (const char* id : {"null", "true", "[]", "{}", "[1]"})
        CHECK(outcome(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"ping"}})", id)) == "null -32600");
}

TEST_CASE("what is no JSON text in UTF-8 is a parse error") {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {"{"sv, "nonsense"sv, R"({"jsonrpc":"2.0","id":1,"method":"ping"}})"sv,
          R"({"jsonrpc":"2.0","id":1,"method":"ping"} {})"sv,
          R"({"jsonrpc":"2.0","id":1,"method":"ping",})"sv,
          R"({"jsonrpc":"2.0","id":1,"method":"ping","later":[1,2})"sv,
          "{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}"sv, "{\"jsonrpc\":\"2.0\",\"method\":\"a\0b\"}"sv,
          "{\"jsonrpc\":\"2.0\"}\0"sv, R"({'jsonrpc':'2.0'})"sv,
          // A whole number has 64 bits at most.
          R"({"jsonrpc":"2.0","id":18446744073709551616,"method":"ping"})"sv})
        CHECK(outcome(text) == "null -32700");
    const std::string deep = std::string(2000, '[') + std::string(2000, ']');
    CHECK(outcome(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":)" + deep + "}}") ==
          "null -32700");
}

TEST_CASE("JSON that is no message is an invalid request, with the id where it is known") {
    CHECK(outcome("1") == "null -32600");
    CHECK(outcome("\"ping\"") == "null -32600");
    CHECK(outcome("{}") == "null -32600");
    CHECK(outcome(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])") == "null -32600");
    CHECK(outcome(R"({"id":5,"method":"ping"})") == "5 -32600");
    CHECK(outcome(R"({"jsonrpc":"1.0","id":5,"method":"ping"})") == "5 -32600");
    CHECK(outcome(R"({"jsonrpc":2.0,"id":5,"method":"ping"})") == "5 -32600");
    CHECK(outcome(R"({"jsonrpc":"2.0","id":5})") == "5 -32600");
    CHECK(outcome(R"({"jsonrpc":"2.0","id":5,"method":7})") == "5 -32600");
    // Which of the two ids is meant is not for us to say.
    CHECK(outcome(R"({"jsonrpc":"2.0","id":5,"id":6,"method":"ping"})") == "null -32600");
    CHECK(outcome(R"({"jsonrpc":"2.0","id":5,"method":"ping","\u006dethod":"tools/list"})") == "null -32600");
}

TEST_CASE("params have to be an object without a key twice") {
    const auto with = [](std::string_view params) {
        return outcome(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"m","params":{}}})", params));
    };
    CHECK(with("{}") == "1 m");
    CHECK(with(R"({"cursor":"x","later":[{"a":1,"a":2}]})") == "1 m");
    for (const char* bad :
         {"[]", "null", "7", R"({"a":1,"a":2})", R"({"_meta":1})", R"({"_meta":{"a":1,"a":2}})",
          R"({"arguments":[]})", R"({"arguments":{"limit":1,"limit":2}})", R"({"cursor":5})"})
        CHECK(with(bad).starts_with("1 params: "));
}

TEST_CASE("the envelope of a modern request is read from params._meta") {
    const auto envelope = [](std::string_view meta) {
        return request_of(
                   fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"m","params":{{"_meta":{}}}}})", meta))
            .envelope;
    };
    const Envelope both = envelope(
        R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})");
    CHECK(both.versioned);
    CHECK(both.version == "2026-07-28");
    CHECK(both.capabilities);
    const Envelope none = envelope(R"({"progressToken":1})");
    CHECK_FALSE(none.versioned);
    CHECK_FALSE(none.version);
    CHECK_FALSE(none.capabilities);
    const Envelope wrong = envelope(
        R"({"io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":[]})");
    CHECK(wrong.versioned);
    CHECK_FALSE(wrong.version);
    CHECK_FALSE(wrong.capabilities);
}

TEST_CASE("arguments become the text of parameters") {
    CHECK(argument(R"("AAPL")") == "=AAPL");
    CHECK(argument("30") == "=30");
    // 50000.0 is what some languages make of 50000.
    CHECK(argument("50000.0") == "=50000");
    CHECK(argument("5e4") == "=50000");
    CHECK(argument("187.50") == "=187.5");
    CHECK(argument("-1") == "=-1");
    CHECK(argument("18446744073709551615") == "=18446744073709551615");
    CHECK(argument("true") == "=true");
    CHECK(argument("false") == "=false");
    CHECK(argument(R"("")") == "=");
    CHECK(argument(R"(["AAPL", "TSLA"])") == "=AAPL,TSLA");
    CHECK(argument(R"([1, 2.0, true])") == "=1,2,true");
    CHECK(argument(R"(["", "A"])") == "=,A");
    CHECK(argument("[]") == "=");
    for (const char* bad : {"null", "{}", R"({"b":1})", "[[1]]", "[null]", R"(["A,B"])", R"("a\nb")",
                            R"("\u0000")", R"("\u007f")", R"(["a\tb"])", R"([["A"],"B"])"})
        CHECK(argument(bad) == "problem");
}

TEST_CASE("arguments keep their order, and there are 32 at most") {
    const Request request = call_with(R"({"ticker":"AAPL","side":"CALL","limit":3})");
    REQUIRE(request.arguments.size() == 3);
    CHECK(request.arguments[0].name == "ticker");
    CHECK(request.arguments[1].name == "side");
    CHECK(request.arguments[2].value == "3");
    CHECK(request.tool == "x");
    const auto count = [](int most) {
        std::string many = "{";
        for (int i = 0; i < most; ++i) many += fmt::format(R"({}"a{}":1)", i == 0 ? "" : ",", i);
        return call_with(many + "}");
    };
    CHECK(count(32).params_problem.empty());
    CHECK(count(32).arguments.size() == 32);
    CHECK_FALSE(count(33).params_problem.empty());
}

TEST_CASE("a reader reads one message after another, whatever came before") {
    MessageReader reader;
    const std::string large =
        R"({"jsonrpc":"2.0","id":"l","method":"m","later":")" + std::string(300'000, 'x') + "\"}";
    CHECK(std::get<Request>(reader.read(large)).id == "\"l\"");
    CHECK(std::holds_alternative<BadMessage>(reader.read("{")));
    CHECK(std::get<Request>(reader.read(R"({"jsonrpc":"2.0","id":2,"method":"ping"})")).id == "2");
}
