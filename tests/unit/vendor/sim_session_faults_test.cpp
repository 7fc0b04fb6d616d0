#include <fmt/format.h>
#include <simdjson.h>

#include "catch.hpp"
#include "vendor/sim_hub.hpp"

using namespace pulse;

namespace {

std::string tape_of(int trades) {
    std::string tape;
    for (int i = 0; i < trades; ++i)
        tape += fmt::format(R"({{"ev":"T","sym":"O:A","x":302,"s":{},"t":{}}})"
                            "\n",
                            i, 1'000 + i);
    return tape;
}

// A hub with scripted faults and connections that ask for everything.
struct Faulty {
    std::string tape = tape_of(20);
    SimHub hub;
    std::vector<std::unique_ptr<WsPeer>> peers;

    explicit Faulty(std::string_view faults) : hub(config(tape, faults)) {}
    static SimConfig config(std::string_view tape, std::string_view faults) {
        SimConfig c;
        c.tape = tape;
        c.frame_events = 4;
        c.faults = parse_sim_faults(faults);
        return c;
    }
    ~Faulty() { peers.clear(); }
    Faulty(const Faulty&) = delete;
    Faulty& operator=(const Faulty&) = delete;

    WsPeer& subscribed() {
        peers.push_back(hub.connect(0));
        auto& peer = *peers.back();
        peer.next(0);
        peer.receive(R"({"action":"auth","params":"k"})", 0);
        peer.next(0);
        peer.receive(R"({"action":"subscribe","params":"T.*,T.O:A"})", 0);
        return peer;
    }
};

struct Outcome {
    int events = 0;
    WsStep last;
    std::string all;
};

// Reads until something other than a message comes.
Outcome drain(WsPeer& peer, std::int64_t now = 0) {
    Outcome outcome;
    for (int i = 0; i < 1000; ++i) {
        outcome.last = peer.next(now);
        if (outcome.last.kind != WsStep::Kind::kSend) break;
        outcome.all += fmt::format("{}\n", outcome.last.text);
        const auto text = outcome.last.text;
        for (auto at = text.find("\"x\":302"); at != text.npos; at = text.find("\"x\":302", at + 1))
            ++outcome.events;
    }
    return outcome;
}

bool is_json(std::string_view text) {
    simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

}  // namespace

TEST_CASE("a fault fires after exactly its number of events", "[sim_faults]") {
    Faulty faulty("7:drop");
    const auto outcome = drain(faulty.subscribed());
    CHECK(outcome.events == 7);
    CHECK(outcome.last.kind == WsStep::Kind::kDrop);
    CHECK(drain(faulty.subscribed()).events == 20);  // the next connection is unharmed
}

TEST_CASE("faults of another connection or of all", "[sim_faults]") {
    Faulty faulty("2/3:close:1011,*/5:half");
    auto first = drain(faulty.subscribed());
    CHECK(first.events == 5);
    CHECK(first.last.kind == WsStep::Kind::kSendHalf);
    CHECK(is_json(first.last.text));  // the edge cuts it
    auto second = drain(faulty.subscribed());
    CHECK(second.events == 3);
    CHECK(second.last.close_code == 1011);
}

TEST_CASE("a stall neither sends nor reads until it is over", "[sim_faults]") {
    Faulty faulty("3:stall:500");
    auto& peer = faulty.subscribed();
    const auto outcome = drain(peer, 1000);
    CHECK(outcome.events == 3);
    CHECK(outcome.last.wake_ms == 1500);
    CHECK_FALSE(peer.reading(1499));
    CHECK(drain(peer, 1499).events == 0);
    CHECK(peer.reading(1500));
    CHECK(drain(peer, 1500).events == 17);
}

TEST_CASE("a stall without an end lasts", "[sim_faults]") {
    Faulty faulty("3:stall");
    auto& peer = faulty.subscribed();
    CHECK(drain(peer).last.wake_ms == kNever);
    CHECK_FALSE(peer.reading(1'000'000'000));
}

TEST_CASE("silence after the acknowledgement still answers requests", "[sim_faults]") {
    Faulty faulty("0:ack-silence");
    auto& peer = faulty.subscribed();
    const auto outcome = drain(peer);
    CHECK(outcome.events == 0);
    CHECK_THAT(outcome.all, ContainsSubstring("subscribed to: T.*"));
    CHECK(peer.reading(0));
    peer.receive(R"({"action":"unsubscribe","params":"T.*"})", 5);
    CHECK_THAT(drain(peer, 5).all, ContainsSubstring("unsubscribed to: T.*"));
}

TEST_CASE("ping silence stops reading but not the events", "[sim_faults]") {
    Faulty faulty("8:ping-silence");
    auto& peer = faulty.subscribed();
    CHECK(peer.reading(0));
    CHECK(drain(peer).events == 20);
    CHECK_FALSE(peer.reading(0));
}

TEST_CASE("status error at the start refuses one subscription, later it is only a message", "[sim_faults]") {
    Faulty faulty("0:status:error,2/6:status:error");
    const auto first = drain(faulty.subscribed());
    CHECK_THAT(first.all, ContainsSubstring(R"("error","message":"not authorized"},)") &&
                              ContainsSubstring("subscribed to: T.O:A"));
    CHECK(first.all.find("subscribed to: T.*") == std::string::npos);
    const auto second = drain(faulty.subscribed());
    CHECK_THAT(second.all, ContainsSubstring("subscribed to: T.*") && ContainsSubstring("not authorized"));
    CHECK(second.events == 20);
}

TEST_CASE("max_connections closes with 1008, slow_consumer drops", "[sim_faults]") {
    Faulty faulty("6:status:max_connections,2/6:status:slow_consumer");
    const auto first = drain(faulty.subscribed());
    CHECK_THAT(first.all, ContainsSubstring("Maximum number of websocket connections exceeded."));
    CHECK(first.last.close_code == 1008);
    CHECK(drain(faulty.subscribed()).last.kind == WsStep::Kind::kDrop);
}

TEST_CASE("a slow handshake delays every answer", "[sim_faults]") {
    Faulty faulty("0:slow-handshake:300");
    faulty.peers.push_back(faulty.hub.connect(0));
    auto& peer = *faulty.peers.back();
    CHECK(peer.next(0).wake_ms == 300);
    CHECK_THAT(std::string(peer.next(300).text), ContainsSubstring("connected"));
    peer.receive(R"({"action":"auth","params":"k"})", 400);
    CHECK(peer.next(400).wake_ms == 700);
    CHECK_THAT(std::string(peer.next(700).text), ContainsSubstring("auth_success"));
}

TEST_CASE("a refused key is dropped after its status, late or not", "[sim_faults]") {
    Faulty faulty("0:auth-refused,0:slow-handshake:300");
    faulty.peers.push_back(faulty.hub.connect(0));
    auto& peer = *faulty.peers.back();
    peer.next(300);
    peer.receive(R"({"action":"auth","params":"k"})", 400);
    CHECK(peer.next(600).kind == WsStep::Kind::kWait);
    CHECK_THAT(std::string(peer.next(700).text), ContainsSubstring("auth_failed"));
    CHECK(peer.next(700).kind == WsStep::Kind::kDrop);
}

TEST_CASE("garbage frames stand between good events and none of those is lost", "[sim_faults]") {
    Faulty faulty("6:garbage");
    const auto outcome = drain(faulty.subscribed());
    CHECK(outcome.events == 20);
    CHECK_THAT(outcome.all, ContainsSubstring("\nthis is not JSON\n") && ContainsSubstring("\n[]\n") &&
                                ContainsSubstring("\n[{\"ev\":\"T\",\"sym\":\"O:AAPL2512\n") &&
                                ContainsSubstring(R"(,{"ev":"T","sym":,"x":},{"ev":"T")") &&
                                ContainsSubstring("\n{\"ev\":\"T\",\"sym\":\"O:A\""));
}

TEST_CASE("a garbage variant is sent alone", "[sim_faults]") {
    Faulty faulty("6:garbage:types");
    const auto outcome = drain(faulty.subscribed());
    CHECK(outcome.events == 20);
    CHECK_THAT(outcome.all, ContainsSubstring("[42,null,"));
    CHECK(outcome.all.find("not JSON") == std::string::npos);
}

TEST_CASE("a mixed frame is valid and holds the next events", "[sim_faults]") {
    Faulty faulty("6:mixed");
    const auto outcome = drain(faulty.subscribed());
    CHECK(outcome.events == 20);
    const auto at = outcome.all.find("T.O:MIXED");
    REQUIRE(at != std::string::npos);
    const auto start = outcome.all.rfind('\n', at) + 1;
    const auto frame = outcome.all.substr(start, outcome.all.find('\n', at) - start);
    CHECK(is_json(frame));
    CHECK_THAT(frame, ContainsSubstring("\"s\":6") && ContainsSubstring("\"s\":7"));
}

TEST_CASE("several faults fire one after the other", "[sim_faults]") {
    Faulty faulty("6:mixed,7:garbage:text,12:close:1001");
    const auto outcome = drain(faulty.subscribed());
    CHECK(outcome.events == 12);
    CHECK(outcome.last.close_code == 1001);
    CHECK(faulty.hub.counts().faults == 3);
}
