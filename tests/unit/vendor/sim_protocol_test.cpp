#include "vendor/sim_protocol.hpp"

#include "catch.hpp"
#include "vendor/sim_tape.hpp"

using namespace pulse;

TEST_CASE("requests are JSON objects with an action", "[sim_protocol]") {
    const auto request = parse_sim_request(R"({"params":"T.*","action":"subscribe"})");
    REQUIRE(request);
    CHECK(request->action == "subscribe");
    CHECK(request->params == "T.*");
    CHECK(parse_sim_request(R"({"action":"auth","params":["a"]})")->params.empty());
    CHECK_FALSE(parse_sim_request("hello"));
    CHECK_FALSE(parse_sim_request("[]"));
    CHECK_FALSE(parse_sim_request(R"({"params":"T.*"})"));
    CHECK_FALSE(parse_sim_request(R"({"action":7})"));
}

TEST_CASE("status texts are escaped", "[sim_protocol]") {
    CHECK(status_object("success", "a\"b\\c\n") ==
          R"({"ev":"status","status":"success","message":"a\"b\\c\u000a"})");
}

TEST_CASE("each subscription is acknowledged by itself, whatever its ticker", "[sim_protocol]") {
    SimSubscriptions subscriptions;
    bool refuse = false;
    const auto answers = subscriptions.subscribe("T.O:AAPL251219C00190000, T.O:NOSUCH,Q.*", refuse);
    REQUIRE(answers.size() == 3);
    CHECK_THAT(answers[0], ContainsSubstring("subscribed to: T.O:AAPL251219C00190000"));
    CHECK_THAT(answers[1], ContainsSubstring("subscribed to: T.O:NOSUCH"));
    CHECK(subscriptions.wants("O:AAPL251219C00190000"));
    CHECK_FALSE(subscriptions.wants("O:AAPL251219C00195000"));
}

TEST_CASE("unknown topics and held subscriptions are not answered", "[sim_protocol]") {
    SimSubscriptions subscriptions;
    bool refuse = false;
    CHECK(subscriptions.subscribe("ZZ.X,nonsense,T.,", refuse).empty());
    CHECK(subscriptions.subscribe("T.*", refuse).size() == 1);
    CHECK(subscriptions.subscribe("T.*", refuse).empty());
}

TEST_CASE("a partial wildcard is acknowledged and matches nothing", "[sim_protocol]") {
    SimSubscriptions subscriptions;
    bool refuse = false;
    CHECK(subscriptions.subscribe("T.O:AAPL*", refuse).size() == 1);
    CHECK(subscriptions.trades());
    CHECK_FALSE(subscriptions.wants("O:AAPL251219C00190000"));
}

TEST_CASE("T.* wants every trade until it is unsubscribed", "[sim_protocol]") {
    SimSubscriptions subscriptions;
    bool refuse = false;
    subscriptions.subscribe("T.*", refuse);
    CHECK(subscriptions.wants("O:F251219P00013000"));
    CHECK_THAT(subscriptions.unsubscribe("T.*,T.O:NEVERHELD").at(0),
               ContainsSubstring("unsubscribed to: T.*"));
    CHECK_FALSE(subscriptions.trades());
}

TEST_CASE("a refused subscription doesn't stop the others of its request", "[sim_protocol]") {
    SimSubscriptions subscriptions;
    bool refuse = true;
    const auto answers = subscriptions.subscribe("T.*,T.O:X", refuse);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0] == R"({"ev":"status","status":"error","message":"not authorized"})");
    CHECK_THAT(answers[1], ContainsSubstring("subscribed to: T.O:X"));
    CHECK_FALSE(subscriptions.everything());
    CHECK_FALSE(refuse);
}

TEST_CASE("the cursor gives trade lines only", "[sim_tape]") {
    const std::string first = R"({"ev":"T","sym":"O:A","t":1})";
    const std::string second = R"({"sym":"O:B", "ev":"T","t": 22})";
    TapeCursor cursor(std::string_view("\n"));
    CHECK(cursor.at_end());
    const std::string tape = "\n" + first + "\r\n{\"ev\":\"W\",\"to\":9}\nnot JSON\n" + second;
    TapeCursor lines(tape);
    CHECK(lines.line() == first);
    CHECK(tape_symbol(lines.line()) == "O:A");
    lines.advance();
    CHECK(lines.line() == second);
    CHECK(tape_time(lines.line()) == 22);
    lines.advance();
    CHECK(lines.at_end());
}
