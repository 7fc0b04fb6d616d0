#include "serve/signal_hub.hpp"

#include <map>

#include "catch.hpp"

using namespace pulse;
using namespace pulse::serve;
using Catch::Matchers::StartsWith;

namespace {

constexpr std::int64_t kMinute = 60'000;

// `premium` in thousands; a signal is known at the minute of its last print.
SeenSignal signal(const std::string& ticker, int minute, std::int64_t premium, double p = 0.0005) {
    SeenSignal made;
    made.contract.option_symbol = ticker;
    made.contract.ticker = ticker;
    made.contract.premium = *make_decimal(premium * 1000, 0);
    made.session = 20'427;
    made.p = p;
    made.last_ms = made.known_ms = minute * kMinute;
    made.json = "{}";
    return made;
}

SignalFilter only(const std::string& name, const std::string& value) {
    return read_signal_filter({{name, value}});
}

struct Listeners {
    std::map<SignalHub::Client, std::string> heard;
    SignalHub hub{[this](SignalHub::Client client, SignalHub::Piece piece) { heard[client] += *piece; },
                  {.events = 3, .missed_bytes = 400}};

    // Ids of what a client was told, `reload` with its own.
    std::string ids(SignalHub::Client client) {
        std::string out;
        const std::string& text = heard[client];
        for (std::size_t at = 0; (at = text.find("id: ", at)) != std::string::npos; at += 4) {
            const std::size_t line = text.find('\n', at);
            out += text.substr(at + 4, line - at - 4);
            out += text.compare(line + 1, 13, "event: reload") == 0 ? "! " : " ";
        }
        return out;
    }
    std::string resumed(const SignalFilter& filter, const std::string& last) {
        const SignalHub::Client client = ++last_;
        hub.add(client, filter, last);
        return ids(client);
    }

  private:
    SignalHub::Client last_ = 1000;
};

}  // namespace

TEST_CASE("what was there at the start is not told, what comes is told to those whom it concerns") {
    Listeners l;
    l.hub.begin({signal("AAPL", 1, 500)}, "");
    l.hub.add(1, SignalFilter(), "");
    l.hub.add(2, only("ticker", "TSLA"), "");
    l.hub.add(3, only("max_p", "0.01"), "");
    const std::size_t news =
        l.hub.look({signal("TSLA", 3, 400), signal("NVDA", 2, 300, 0.009), signal("AAPL", 2, 600)});
    CHECK(news == 2);
    CHECK(l.ids(1) == "180000-TSLA ");
    CHECK(l.ids(2) == "180000-TSLA ");
    CHECK(l.ids(3) == "120000-NVDA 180000-TSLA ");
    CHECK(l.hub.look({signal("TSLA", 3, 400)}) == 0);
    CHECK_THAT(l.heard[1], StartsWith("id: 180000-TSLA\nevent: signal\ndata: {}\n\n"));
    l.hub.remove(1);
    l.hub.remove(1);
    CHECK(l.hub.clients() == 2);
}

TEST_CASE("a contract that grows into somebody's question is news to him alone") {
    Listeners l;
    l.hub.begin({}, "");
    l.hub.add(1, SignalFilter(), "");
    l.hub.add(2, only("min_premium", "1000000"), "");
    l.hub.look({signal("AAPL", 1, 500)});
    l.hub.look({signal("AAPL", 5, 1200)});
    CHECK(l.ids(1) == "60000-AAPL ");
    CHECK(l.ids(2) == "300000-AAPL ");
}

TEST_CASE("a client that comes back hears what it missed, by the same rules") {
    Listeners l;
    l.hub.begin({signal("AAPL", 1, 500)}, "");
    l.hub.look({signal("AAPL", 1, 500), signal("TSLA", 2, 500)});
    l.hub.look({signal("AAPL", 40, 900), signal("TSLA", 12, 700)});
    CHECK(l.resumed(SignalFilter(), "60000-AAPL") == "120000-TSLA 2400000-AAPL ");
    CHECK(l.resumed(SignalFilter(), "120000-TSLA") == "2400000-AAPL ");
    CHECK(l.resumed(only("ticker", "TSLA"), "60000-AAPL") == "120000-TSLA ");
    CHECK(l.resumed(SignalFilter(), "2400000-AAPL").empty());
    CHECK(l.resumed(SignalFilter(), "").empty());
    CHECK(l.resumed(SignalFilter(), "forged").empty());
}

TEST_CASE("what came to match while nobody asked so is found among what is there now") {
    Listeners l;
    l.hub.begin({}, "");
    l.hub.look({signal("AAPL", 1, 500)});
    l.hub.look({signal("AAPL", 5, 1200)});  // no news to anybody: within the cooldown
    CHECK(l.resumed(only("min_premium", "1000000"), "60000-AAPL") == "300000-AAPL ");
}

TEST_CASE("an id of an earlier process goes by its time") {
    Listeners l;
    l.hub.begin({signal("TSLA", 9, 500), signal("AAPL", 1, 500)}, "");
    CHECK(l.resumed(SignalFilter(), "90000-GONE") == "540000-TSLA ");
    CHECK(l.resumed(SignalFilter(), "0-none") == "60000-AAPL 540000-TSLA ");
    CHECK(l.hub.position() == "540000-TSLA");
}

TEST_CASE("who missed more than is remembered, or than a stream bears, fetches anew") {
    Listeners l;
    l.hub.begin({}, "");
    CHECK(l.hub.position() == "0-none");
    for (int i = 1; i <= 4; ++i) l.hub.look({signal("T" + std::to_string(i), i, 500)});
    CHECK(l.resumed(SignalFilter(), "0-none") == "240000-T4! ");
    CHECK(l.resumed(SignalFilter(), "60000-T1") == "120000-T2 180000-T3 240000-T4 ");
    auto large = signal("BIG", 5, 500);
    large.json = std::string(500, 'x');
    l.hub.look({large});
    CHECK(l.resumed(SignalFilter(), "240000-T4") == "300000-BIG! ");
}

TEST_CASE("clients that come before the first look wait for it") {
    Listeners l;
    CHECK_FALSE(l.hub.position());
    l.hub.add(1, SignalFilter(), "");
    l.hub.add(2, SignalFilter(), "0-none");
    l.hub.add(3, SignalFilter(), "");
    l.hub.remove(3);
    CHECK(l.hub.clients() == 2);
    l.hub.tell_all("status ");
    l.hub.begin({signal("AAPL", 1, 500)}, "hello ");
    CHECK(l.heard[1] == "status id: 60000-AAPL\nhello ");
    CHECK(l.ids(2) == "60000-AAPL ");
    CHECK(l.heard.count(3) == 0);
    l.hub.look({signal("TSLA", 2, 500)});
    CHECK(l.ids(1) == "60000-AAPL 120000-TSLA ");
    l.hub.begin({}, "never ");
    CHECK(l.ids(1) == "60000-AAPL 120000-TSLA ");
}
