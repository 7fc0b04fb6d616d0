#include "mcp/question.hpp"

#include "catch.hpp"

using namespace pulse;
using namespace pulse::mcp;

namespace {

std::string parameters(std::string_view tool, const std::vector<Argument>& arguments) {
    std::string text;
    for (const auto& [name, value] : read_question(tool, arguments).parameters)
        text += (text.empty() ? "" : " ") + name + "=" + value;
    return text;
}

std::string failure(std::string_view tool, const std::vector<Argument>& arguments) {
    try {
        read_question(tool, arguments);
    } catch (const flow::ParameterError& error) {
        return error.parameter() + ": " + error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("arguments are the parameters of the same question over HTTP, in their order") {
    CHECK(parameters("similar_events", {{"side", "CALL", ""}, {"ticker", "AAPL", ""}}) ==
          "side=CALL ticker=AAPL");
    CHECK(parameters("flow_briefing", {}).empty());
    CHECK(parameters("data_coverage", {{"since", "2025-12-05", ""}}) == "since=2025-12-05");
}

TEST_CASE("the lists that can be cut have a size, 32 KiB unless told") {
    for (const char* tool : {"smart_money_trades", "strike_concentration"}) {
        CHECK(parameters(tool, {}) == "max_bytes=32768");
        CHECK(parameters(tool, {{"max_bytes", "4096", ""}, {"limit", "5", ""}}) == "limit=5 max_bytes=4096");
        CHECK(parameters(tool, {{"max_bytes", "262144", ""}}) == "max_bytes=262144");
        for (const char* bad : {"4095", "262145", "0", "-1", "", "many", "32768.5"})
            CHECK(failure(tool, {{"max_bytes", bad, ""}}).starts_with("max_bytes: "));
        // A page may be a little over; a line is never longer than a client can take.
        CHECK(read_question(tool, {}).most_bytes >= 262144);
        CHECK(read_question(tool, {}).most_bytes <= 400'000);
    }
}

TEST_CASE("coverage can't be cut: a longer answer than asked for is refused") {
    CHECK(read_question("data_coverage", {}).most_bytes == 32768);
    CHECK(read_question("data_coverage", {{"max_bytes", "5000", ""}}).most_bytes == 5000);
    CHECK(parameters("data_coverage", {{"max_bytes", "5000", ""}}).empty());
    CHECK(failure("data_coverage", {{"max_bytes", "1", ""}}).starts_with("max_bytes: "));
}

TEST_CASE("where max_bytes has no meaning it is left to the question's reader, which refuses it") {
    for (const char* tool : {"flow_briefing", "similar_events"})
        CHECK(parameters(tool, {{"max_bytes", "5000", ""}}) == "max_bytes=5000");
}

TEST_CASE("direction, intent and certainty are refused in words, as a name or as a side") {
    for (const char* name : {"direction", "sentiment", "intent", "bullish", "bearish", "confidence",
                             "prediction", "probability", "buyer", "aggressor"}) {
        const std::string words = failure("smart_money_trades", {{name, "up", ""}});
        CHECK_THAT(words, ContainsSubstring(name) && ContainsSubstring("no quotes") &&
                              ContainsSubstring("CALL or PUT"));
        CHECK(failure("flow_briefing", {{"ticker", "AAPL", ""}, {name, "", "an object"}}) == words);
    }
    for (const char* side : {"buy", "BUY", "sell", "SELL", "bullish", "BEARISH", "Bullish"})
        CHECK_THAT(failure("strike_concentration", {{"side", side, ""}}),
                   ContainsSubstring("side: ") && ContainsSubstring("no quotes"));
    CHECK(failure("strike_concentration", {{"side", "CALL", ""}}).empty());
    CHECK(failure("strike_concentration", {{"ticker", "BUY", ""}}).empty());
}

TEST_CASE("an argument that can't be a parameter is told by its name") {
    CHECK(failure("data_coverage", {{"ticker", "", "send a string"}}) == "ticker: send a string");
    // A name is the client's: it goes into an answer shortened and without what breaks a line.
    const std::string words =
        failure("data_coverage", {{"a\nb\x80" + std::string(500, 'c'), "", "send a string"}});
    CHECK(words.starts_with("a?b?ccc"));
    CHECK(words.size() < 80);
}
