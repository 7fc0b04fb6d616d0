#include "vendor/sim_faults.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

std::string refusal(std::string_view spec) {
    try {
        parse_sim_faults(spec);
    } catch (const Error& e) {
        CHECK(e.exit() == Exit::kUsage);
        return e.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("an empty fault list is none", "[sim_faults]") {
    CHECK(parse_sim_faults("").empty());
}

TEST_CASE("a fault has an event, a kind and by default the first connection", "[sim_faults]") {
    const auto faults = parse_sim_faults("1000:drop");
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].connection == 1);
    CHECK(faults[0].event == 1000);
    CHECK(faults[0].kind == SimFault::Kind::kDrop);
}

TEST_CASE("connections are chosen by number or all at once", "[sim_faults]") {
    const auto faults = parse_sim_faults("3/5:half,*/7:mixed");
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].connection == 3);
    CHECK(faults[1].connection == 0);
}

TEST_CASE("arguments are read by kind", "[sim_faults]") {
    const auto faults = parse_sim_faults(
        "1:close:1011,2:stall:2500,3:stall,0:slow-handshake:700,4:status:max_connections,5:garbage,6:garbage:"
        "bare");
    REQUIRE(faults.size() == 7);
    CHECK(faults[0].value == 1011);
    CHECK(faults[1].value == 2500);
    CHECK(faults[2].value == kNever);
    CHECK(faults[3].value == 700);
    CHECK(faults[4].text == "max_connections");
    CHECK(faults[5].text.empty());
    CHECK(faults[6].text == "bare");
}

TEST_CASE("every fault of the help text is understood", "[sim_faults]") {
    const auto faults = parse_sim_faults(
        "0:auth-refused,0:slow-handshake:1,0:ack-silence,0:ping-silence,0:status:error,0:status:slow_"
        "consumer,"
        "0:garbage:text,0:garbage:truncated,0:garbage:types,0:garbage:empty,0:garbage:object");
    CHECK(faults.size() == 11);
}

TEST_CASE("a bad entry is named with the reason", "[sim_faults]") {
    CHECK_THAT(refusal("5:bogus"), ContainsSubstring("'5:bogus': unknown fault 'bogus'"));
    CHECK_THAT(refusal("drop"), ContainsSubstring("'drop': the event is a number"));
    CHECK_THAT(refusal("1:drop,x:drop"), ContainsSubstring("'x:drop': the event"));
    CHECK_THAT(refusal("-1:drop"), ContainsSubstring("the event"));
    CHECK_THAT(refusal("0/1:drop"), ContainsSubstring("the connection is a number from 1"));
    CHECK_THAT(refusal("1:close"), ContainsSubstring("close code"));
    CHECK_THAT(refusal("1:close:99"), ContainsSubstring("close code"));
    CHECK_THAT(refusal("1:stall:soon"), ContainsSubstring("milliseconds"));
    CHECK_THAT(refusal("1:drop:now"), ContainsSubstring("no argument"));
    CHECK_THAT(refusal("1:status:fine"), ContainsSubstring("'fine' is none of error, max_connections"));
    CHECK_THAT(refusal("1:garbage:nice"), ContainsSubstring("'nice' is none of text"));
    CHECK_THAT(refusal("9:auth-refused"), ContainsSubstring("give it event 0"));
    CHECK_THAT(refusal("1:drop,,2:drop"), ContainsSubstring("''"));
}

TEST_CASE("a connection gets its own faults and those of all, by event", "[sim_faults]") {
    const auto faults = parse_sim_faults("9:drop,2/1:half,*/5:mixed,5:ack-silence");
    const auto first = faults_of(faults, 1);
    REQUIRE(first.size() == 3);
    CHECK(first[0].kind == SimFault::Kind::kMixed);
    CHECK(first[1].kind == SimFault::Kind::kAckSilence);
    CHECK(first[2].kind == SimFault::Kind::kDrop);
    CHECK(faults_of(faults, 2).size() == 2);
    CHECK(faults_of(faults, 3).size() == 1);
}
