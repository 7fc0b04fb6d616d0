#include "vendor/sim_session.hpp"

#include <fmt/format.h>

#include "catch.hpp"
#include "vendor/sim_hub.hpp"

using namespace pulse;

namespace {

// Ten trades, 100 ms apart, of two contracts in turn.
std::string tape_of(int trades) {
    std::string tape;
    for (int i = 0; i < trades; ++i)
        tape += fmt::format(R"({{"ev":"T","sym":"O:{}","x":302,"p":1,"s":{},"c":[209],"t":{},"q":{}}})"
                            "\n",
                            i % 2 == 0 ? "EVEN" : "ODD", i + 1, 1'000'000 + 100 * i, i);
    return tape;
}

struct Bench {
    std::string tape = tape_of(10);
    SimConfig config;
    std::unique_ptr<SimHub> hub;
    std::unique_ptr<WsPeer> peer;

    explicit Bench(std::string_view faults = "", double speed = 0) {
        config.tape = tape;
        config.faults = parse_sim_faults(faults);
        config.speed = speed;
        config.frame_events = 4;
    }
    ~Bench() { peer.reset(); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    WsPeer& open() {
        if (!hub) hub = std::make_unique<SimHub>(config);
        peer = hub->connect(0);
        return *peer;
    }
    WsPeer& subscribed(std::string_view params = "T.*") {
        open();
        login(*peer, 0);
        subscribe(params);
        return *peer;
    }
    static void login(WsPeer& p, std::int64_t now) {
        p.next(now);
        p.receive(R"({"action":"auth","params":"k"})", now);
        p.next(now);
    }
    void subscribe(std::string_view params) {
        peer->receive(fmt::format(R"({{"action":"subscribe","params":"{}"}})", params), 0);
        peer->next(0);
    }
};

std::string text_of(const WsStep& step) {
    CHECK(step.kind == WsStep::Kind::kSend);
    return std::string(step.text);
}

int events_in(std::string_view text) {
    int count = 0;
    for (auto at = text.find("\"x\":302"); at != text.npos; at = text.find("\"x\":302", at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("the handshake has the vendor's texts", "[sim_session]") {
    Bench bench;
    auto& peer = bench.open();
    CHECK(peer.next(0).text ==
          R"([{"ev":"status","status":"connected","message":"Connected Successfully"}])");
    peer.receive(R"({"action":"auth","params":"secret"})", 1);
    CHECK(peer.next(1).text == R"([{"ev":"status","status":"auth_success","message":"authenticated"}])");
    peer.receive(R"({"action":"subscribe","params":"T.*"})", 2);
    CHECK(peer.next(2).text == R"([{"ev":"status","status":"success","message":"subscribed to: T.*"}])");
}

TEST_CASE("subscribing before auth is refused and nothing is held", "[sim_session]") {
    Bench bench;
    auto& peer = bench.open();
    peer.next(0);
    peer.receive(R"({"action":"subscribe","params":"T.*"})", 0);
    CHECK_THAT(text_of(peer.next(0)), ContainsSubstring("auth_required"));
    Bench::login(peer, 0);
    CHECK(peer.next(0).kind == WsStep::Kind::kWait);
}

TEST_CASE("a bad key gets auth_failed and a drop without a close frame", "[sim_session]") {
    Bench bench;
    bench.config.key = "right";
    auto& peer = bench.open();
    peer.next(0);
    peer.receive(R"({"action":"auth","params":"wrong"})", 0);
    CHECK(peer.next(0).text ==
          R"([{"ev":"status","status":"auth_failed","message":"authentication failed"}])");
    CHECK(peer.next(0).kind == WsStep::Kind::kDrop);
    CHECK(bench.hub->counts().refused == 1);
}

TEST_CASE("an empty key is never good", "[sim_session]") {
    Bench bench;
    auto& peer = bench.open();
    peer.next(0);
    peer.receive(R"({"action":"auth","params":""})", 0);
    CHECK_THAT(text_of(peer.next(0)), ContainsSubstring("auth_failed"));
}

TEST_CASE("who doesn't authenticate in time is told so and dropped", "[sim_session]") {
    Bench bench;
    auto& peer = bench.open();
    peer.next(0);
    CHECK(peer.next(9'000).wake_ms == 10'000);
    CHECK_THAT(text_of(peer.next(10'000)), ContainsSubstring("auth_timeout"));
    CHECK(peer.next(10'000).kind == WsStep::Kind::kDrop);
}

TEST_CASE("events come in frames of at most the size asked for, byte for byte", "[sim_session]") {
    Bench bench;
    auto& peer = bench.subscribed();
    std::string lines;
    for (const int expected : {4, 4, 2}) {
        const auto text = text_of(peer.next(0));
        CHECK(events_in(text) == expected);
        lines += text.substr(1, text.size() - 2) + ",";
    }
    for (auto& c : bench.tape) c = c == '\n' ? ',' : c;
    CHECK(lines == bench.tape);
    CHECK(peer.next(0).wake_ms == kNever);
}

TEST_CASE("exact contracts get their trades only", "[sim_session]") {
    Bench bench;
    auto& peer = bench.subscribed("T.O:ODD");
    const auto text = text_of(peer.next(0));
    CHECK(events_in(text) == 4);
    CHECK(text.find("EVEN") == text.npos);
    CHECK(events_in(text_of(peer.next(0))) == 1);
}

TEST_CASE("a partial wildcard is silent", "[sim_session]") {
    Bench bench;
    CHECK(bench.subscribed("T.O:*").next(0).wake_ms == kNever);
    CHECK(bench.hub->counts().events == 0);
}

TEST_CASE("at a speed events go out when they are due", "[sim_session]") {
    Bench bench("", 2);
    auto& peer = bench.subscribed();
    CHECK(events_in(text_of(peer.next(0))) == 1);
    CHECK(peer.next(0).wake_ms == 50);
    CHECK(peer.next(49).kind == WsStep::Kind::kWait);
    CHECK(events_in(text_of(peer.next(100))) == 2);
    CHECK(events_in(text_of(peer.next(100'000))) == 4);
}

TEST_CASE("a late print is due at once", "[sim_session]") {
    Bench bench("", 1);
    bench.tape = R"({"ev":"T","sym":"O:A","x":302,"t":5000})"
                 "\n"
                 R"({"ev":"T","sym":"O:A","x":302,"t":1000})"
                 "\n";
    bench.config.tape = bench.tape;
    CHECK(events_in(text_of(bench.subscribed().next(0))) == 2);
}

TEST_CASE("a client that lags behind event time is a slow consumer", "[sim_session]") {
    Bench bench("", 1);
    bench.config.slow_consumer_ms = 300;
    auto& peer = bench.subscribed();
    peer.next(0);
    CHECK_FALSE(peer.given_up(400));
    CHECK(peer.given_up(401));
    CHECK_THAT(text_of(peer.next(401)), ContainsSubstring("slow_consumer"));
    CHECK(peer.next(401).kind == WsStep::Kind::kDrop);
}

TEST_CASE("after the tape the connection holds, or closes when asked to", "[sim_session]") {
    Bench bench;
    bench.config.frame_events = 100;
    bench.config.at_end = SimAtEnd::kExit;
    auto& peer = bench.subscribed();
    peer.next(0);
    CHECK_FALSE(bench.hub->finished());
    CHECK(peer.next(0).close_code == 1000);
    CHECK_FALSE(bench.hub->finished());
    bench.peer.reset();
    CHECK(bench.hub->finished());
}

TEST_CASE("the second connection that authenticates evicts the first with 1008", "[sim_hub]") {
    Bench bench;
    auto& first = bench.subscribed();
    first.next(0);
    const auto second = bench.hub->connect(0);
    CHECK(events_in(text_of(first.next(0))) == 4);  // a connection that hasn't authenticated takes no slot
    Bench::login(*second, 0);
    CHECK_THAT(text_of(first.next(0)), ContainsSubstring("max_connections") &&
                                           ContainsSubstring("Maximum number of websocket connections"));
    CHECK(first.next(0).close_code == 1008);
    CHECK(second->next(0).kind == WsStep::Kind::kWait);
    CHECK(bench.hub->counts().evicted == 1);
}

TEST_CASE("every connection gets the tape from its start", "[sim_hub]") {
    Bench bench;
    bench.subscribed();
    const auto before = text_of(bench.peer->next(0));
    bench.subscribed();
    CHECK(text_of(bench.peer->next(0)) == before);
}

TEST_CASE("who joins now gets the tape from where its clock stands", "[sim_hub]") {
    Bench bench("", 1);
    bench.config.join = SimJoin::kNow;
    bench.subscribed();
    CHECK(events_in(text_of(bench.peer->next(0))) == 1);
    CHECK(events_in(text_of(bench.peer->next(150))) == 1);
    bench.peer.reset();
    // Gone from 150 to 450 ms: the events at 200, 300 and 400 are lost.
    bench.peer = bench.hub->connect(450);
    Bench::login(*bench.peer, 450);
    bench.peer->receive(R"({"action":"subscribe","params":"T.*"})", 450);
    bench.peer->next(450);
    CHECK(bench.peer->next(450).wake_ms == 500);
    CHECK_THAT(text_of(bench.peer->next(600)),
               ContainsSubstring("\"q\":5}") && ContainsSubstring("\"q\":6}"));
}

TEST_CASE("without a clock who joins now goes on where the one before stopped", "[sim_hub]") {
    Bench bench;
    bench.config.join = SimJoin::kNow;
    std::string lines;
    for (const int sent_so_far : {4, 8, 10}) {
        bench.subscribed();
        lines += text_of(bench.peer->next(0));
        CHECK(events_in(lines) == sent_so_far);
    }
    bench.subscribed();
    CHECK(bench.peer->next(0).kind == WsStep::Kind::kWait);  // all of it was sent
    for (int i = 0; i < 10; ++i) CHECK_THAT(lines, ContainsSubstring(fmt::format("\"q\":{}}}", i)));
}
