#include "vendor/live_feed.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "catch.hpp"

using namespace pulse;

namespace {

const std::string kConnected = R"([{"ev":"status","status":"connected","message":"Connected Successfully"}])";
const std::string kAuthenticated = R"([{"ev":"status","status":"auth_success","message":"authenticated"}])";
const std::string kAcknowledged = R"([{"ev":"status","status":"success","message":"subscribed to: T.*"}])";

std::string status(const std::string& name, const std::string& message) {
    return fmt::format(R"([{{"ev":"status","status":"{}","message":"{}"}}])", name, message);
}

std::string trade(const std::string& root, std::int64_t t_ms) {
    return fmt::format(
        R"({{"ev":"T","sym":"O:{}251219C00190000","x":302,"p":8.5,"s":1,"c":[209],"t":{},"q":{}}})", root,
        t_ms, t_ms);
}

// Remembers what the feed asked for; answers nothing by itself.
struct FakePort final : FeedPort {
    int connects = 0;
    int disconnects = 0;
    std::vector<std::string> sent;
    std::string written;
    bool full = false;

    void connect() override { ++connects; }
    void send(std::string message) override { sent.push_back(std::move(message)); }
    void disconnect(bool) override { ++disconnects; }
    bool write(std::string_view lines) override {
        if (!full) written += lines;
        return !full;
    }
};

FeedConfig config() {
    return {Underlyings::parse("AAPL"), "T.*", Secret("topsecret"), "delayed.example", "s", 60'000, 0, 0};
}

struct Bench {
    FakePort port;
    LiveFeed feed;
    FeedTime time{1'000'000, 2'000'000'000'000};

    explicit Bench(FeedConfig settings = config()) : feed(std::move(settings), port, [] { return 1.0; }) {
        feed.start();
    }

    void pass(std::int64_t ms) {
        time.mono_ms += ms;
        time.wall_ms += ms;
        feed.on_tick(time);
    }
    void frame(const std::string& text) {
        const std::string padded = text + std::string(kScanPadding, '\0');
        feed.on_frame({padded.data(), text.size()}, time);
        feed.on_burst_end(time);
    }
    void subscribe() {
        feed.on_open(time);
        for (const auto* text : {&kConnected, &kAuthenticated, &kAcknowledged}) frame(*text);
    }
};

}  // namespace

TEST_CASE("it authenticates, subscribes after auth_success, and writes trades with a watermark") {
    Bench bench;
    bench.feed.on_open(bench.time);
    CHECK(bench.port.sent.empty());
    bench.frame(kConnected);
    CHECK(bench.port.sent == std::vector<std::string>{R"({"action":"auth","params":"topsecret"})"});
    bench.frame(kAuthenticated);
    REQUIRE(bench.port.sent.size() == 2);
    CHECK(bench.port.sent[1] == R"({"action":"subscribe","params":"T.*"})");
    bench.frame(kAcknowledged);
    bench.frame("[" + trade("AAPL", 1000) + "," + trade("TSLA", 1005) + "]");
    CHECK(bench.port.written ==
          trade("AAPL", 1000) + "\n" +
              R"({"ev":"W","src":"live","session":"s.1","tickers":["AAPL"],"from":1000,"to":1005})" + "\n");
    CHECK(bench.feed.counts().received == 2);
    CHECK(bench.feed.counts().passed == 1);
    CHECK(bench.feed.counts().other_root == 1);
}

TEST_CASE("stop closes the connection, ignores what still comes, and ends with 0") {
    Bench bench;
    bench.subscribe();
    bench.frame(trade("AAPL", 1000));
    bench.feed.stop(bench.time);
    CHECK(bench.port.disconnects == 1);
    bench.frame(trade("AAPL", 2000));
    CHECK_FALSE(bench.feed.exit());
    bench.feed.on_closed("closed", bench.time);
    CHECK(bench.feed.exit() == Exit::kOk);
    CHECK(bench.feed.counts().passed == 1);
    bench.pass(100'000);
    CHECK(bench.port.connects == 1);
}

TEST_CASE("stop while waiting for the next attempt ends at once") {
    Bench bench;
    bench.feed.on_closed("refused", bench.time);
    bench.feed.stop(bench.time);
    CHECK(bench.feed.exit() == Exit::kOk);
}

TEST_CASE("a lost connection writes its last watermark and is made again after the wait") {
    Bench bench;
    bench.subscribe();
    bench.frame(trade("AAPL", 1000));
    bench.frame(trade("AAPL", 1500));
    bench.feed.on_closed("dropped", bench.time);
    CHECK_THAT(bench.port.written, ContainsSubstring(R"("from":1000,"to":1500)"));
    bench.pass(499);
    CHECK(bench.port.connects == 1);
    bench.pass(1);
    CHECK(bench.port.connects == 2);
    bench.subscribe();
    bench.frame(trade("AAPL", 3000));
    bench.pass(1000);
    CHECK_THAT(bench.port.written,
               ContainsSubstring(R"("session":"s.2","tickers":["AAPL"],"from":3000,"to":3000)"));
}

TEST_CASE("refused credentials end with 77 after three tries") {
    Bench bench;
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(bench.feed.exit());
        bench.feed.on_open(bench.time);
        bench.frame(kConnected);
        bench.frame(status("auth_failed", "authentication failed"));
        bench.feed.on_closed("the connection was dropped without a close frame", bench.time);
        bench.pass(31'000);
    }
    CHECK(bench.feed.exit() == Exit::kAuth);
    CHECK(bench.port.connects == 3);
}

TEST_CASE("an unreachable vendor ends with 69 after the wanted number of attempts") {
    FeedConfig settings = config();
    settings.max_attempts = 2;
    Bench bench(std::move(settings));
    bench.feed.on_closed("connection refused", bench.time);
    CHECK_FALSE(bench.feed.exit());
    bench.pass(31'000);
    bench.feed.on_closed("connection refused", bench.time);
    CHECK(bench.feed.exit() == Exit::kUnavailable);
}

TEST_CASE("eviction after the acknowledgement waits a minute") {
    Bench bench;
    bench.subscribe();
    bench.frame(trade("AAPL", 1000));
    bench.frame(status("max_connections", "Maximum number of websocket connections exceeded."));
    CHECK(bench.port.disconnects == 1);
    bench.feed.on_closed("closed with code 1008", bench.time);
    bench.pass(59'999);
    CHECK(bench.port.connects == 1);
    bench.pass(1'000);
    CHECK(bench.port.connects == 2);
}

TEST_CASE("a silent link is left, one that pongs is kept") {
    Bench bench;
    bench.subscribe();
    bench.pass(59'000);
    bench.feed.on_alive(bench.time);
    bench.pass(59'000);
    CHECK(bench.port.disconnects == 0);
    bench.pass(1'000);
    CHECK(bench.port.disconnects == 1);
}

TEST_CASE("a server that doesn't answer the handshake is left") {
    Bench bench;
    bench.feed.on_open(bench.time);
    bench.pass(10'000);
    CHECK(bench.port.disconnects == 1);
}

TEST_CASE("the wanted number of trades is exact, inside a frame too") {
    FeedConfig settings = config();
    settings.max_trades = 3;
    Bench bench(std::move(settings));
    bench.subscribe();
    bench.frame("[" + trade("AAPL", 1000) + "," + trade("AAPL", 1001) + "]");
    CHECK(bench.port.disconnects == 0);
    bench.frame("[" + trade("AAPL", 1002) + "," + trade("AAPL", 1002) + "]");
    CHECK(bench.port.disconnects == 1);
    bench.feed.on_closed("closed", bench.time);
    CHECK(bench.feed.exit() == Exit::kOk);
    CHECK(bench.feed.counts().passed == 3);
    CHECK_THAT(bench.port.written, !ContainsSubstring(R"("to":1002)"));
}

TEST_CASE("a full output is counted and ends the watermark before the gap") {
    Bench bench;
    bench.subscribe();
    bench.frame(trade("AAPL", 1000));
    bench.frame(trade("AAPL", 1500));
    bench.port.full = true;
    bench.frame("[" + trade("AAPL", 1600) + "," + trade("TSLA", 1700) + "]");
    bench.port.full = false;
    bench.frame(trade("AAPL", 1800));
    bench.feed.on_closed("dropped", bench.time);
    const auto& counts = bench.feed.counts();
    CHECK(counts.lost == 1);
    CHECK(counts.received ==
          counts.passed + counts.other_root + counts.other_event + counts.lost + counts.rejected);
    const auto gap = bench.port.written.find(R"("from":1000,"to":1500)");
    REQUIRE(gap != std::string::npos);
    CHECK(gap < bench.port.written.find(trade("AAPL", 1800)));
    CHECK_THAT(bench.port.written,
               ContainsSubstring(R"("session":"s.2","tickers":["AAPL"],"from":1800,"to":1800)"));
}

TEST_CASE("a subscription that isn't the whole tape promises no coverage") {
    FeedConfig settings = config();
    settings.subscriptions = "T.O:AAPL251219C00190000";
    Bench bench(std::move(settings));
    bench.subscribe();
    bench.frame(trade("AAPL", 1000));
    bench.pass(5000);
    bench.feed.on_closed("dropped", bench.time);
    CHECK(bench.port.written == trade("AAPL", 1000) + "\n");
}

TEST_CASE("trades before the acknowledgement are written but promise nothing") {
    Bench bench;
    bench.feed.on_open(bench.time);
    bench.frame(kConnected);
    bench.frame(kAuthenticated);
    bench.frame(trade("AAPL", 1000));
    CHECK(bench.port.written == trade("AAPL", 1000) + "\n");
    bench.pass(10'000);
    CHECK(bench.port.disconnects == 0);
}

TEST_CASE("it tells how old the newest trade was, when it last heard something, and how often it connected") {
    Bench bench;
    CHECK_FALSE(bench.feed.connected());
    bench.subscribe();
    CHECK(bench.feed.connected());
    CHECK(bench.feed.counts().attempts == 1);
    CHECK(bench.feed.counts().last_trade_ms == 0);
    const std::int64_t wall = bench.time.wall_ms;
    // A late print isn't the newest, and a time of the future is damage.
    for (const std::int64_t t : {wall - 2000, wall - 5000, wall + 3'600'000}) bench.frame(trade("TSLA", t));
    CHECK(bench.feed.counts().last_trade_ms == wall - 2000);
    CHECK(bench.feed.counts().lag_ms == 2000);
    CHECK(bench.feed.counts().last_message_wall_ms == wall);
    bench.feed.on_closed("cut", bench.time);
    CHECK_FALSE(bench.feed.connected());
    bench.pass(100'000);
    CHECK(bench.feed.counts().attempts == 2);
    CHECK(bench.feed.counts().connections == 1);
}
