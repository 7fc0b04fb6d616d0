#include "serve/live_hub.hpp"

#include <map>

#include "catch.hpp"

using namespace pulse;
using namespace pulse::serve;
using Catch::Matchers::StartsWith;

namespace {

constexpr EventId kBegin{0, 999'999'999};  // behind all of a batch that was before the first
constexpr std::size_t kMostMissed = 40;    // bytes

struct Listeners {
    std::map<LiveHub::Client, std::string> heard;
    LiveHub hub{[this](LiveHub::Client client, LiveHub::Piece piece) { heard[client] += *piece; },
                {.events = 4, .missed_bytes = kMostMissed}};

    explicit Listeners(std::int64_t begin = 0) {
        hub.begin_after(begin, begin);
        hub.open(begin, "status ");
    }
    // What a client that comes back is told.
    std::string resumed(const std::string& ticker, EventId last) {
        const LiveHub::Client client = ++last_;
        hub.add(client, only(ticker), last);
        return heard[client];
    }
    static flow::TradeFilter only(const std::string& ticker) {
        flow::TradeFilter filter;
        if (!ticker.empty()) filter.set("ticker", ticker);
        return filter;
    }

  private:
    LiveHub::Client last_ = 1000;
};

flow::TradeFilter only(const std::string& ticker) {
    return Listeners::only(ticker);
}

std::string reload_at(std::int64_t batch) {
    return "id: " + std::to_string(batch) + "-999999999\nevent: reload\n";
}

LiveEvent event(std::int64_t batch, std::int64_t index, const std::string& ticker) {
    flow::StoredTrade trade;
    trade.ticker = ticker;
    return {{batch, index}, trade, text_of({batch, index}) + ticker + " "};
}

LiveEvent bulk(std::int64_t batch) {
    return {{batch, 1}, std::nullopt, text_of({batch, 1}) + "bulk "};
}

}  // namespace

TEST_CASE("clients hear what matches, and what concerns everybody") {
    Listeners l;
    l.hub.add(1, only(""), std::nullopt);
    l.hub.add(2, only("TSLA"), std::nullopt);
    l.hub.tell({event(1, 1, "AAPL"), event(1, 2, "TSLA")}, 1);
    l.hub.tell({bulk(2)}, 2);
    CHECK(l.heard[1] == "1-1AAPL 1-2TSLA 2-1bulk ");
    CHECK(l.heard[2] == "1-2TSLA 2-1bulk ");
    l.hub.remove(1);
    l.hub.remove(1);
    l.hub.tell({event(3, 1, "AAPL")}, 3);
    CHECK(l.heard[1] == "1-1AAPL 1-2TSLA 2-1bulk ");
    CHECK(l.hub.clients() == 1);
}

TEST_CASE("one text is shared by all who ask the same, also by those who come back") {
    std::vector<LiveHub::Piece> pieces;
    LiveHub hub([&](LiveHub::Client, LiveHub::Piece piece) { pieces.push_back(std::move(piece)); }, {});
    hub.open(0, "");
    for (LiveHub::Client client = 1; client <= 3; ++client) hub.add(client, only("AAPL"), std::nullopt);
    hub.tell({event(1, 1, "AAPL")}, 1);
    REQUIRE(pieces.size() == 3);
    CHECK(pieces[0] == pieces[2]);
    pieces.clear();
    for (LiveHub::Client client = 4; client <= 5; ++client) hub.add(client, only("AAPL"), kBegin);
    REQUIRE(pieces.size() == 2);
    CHECK(pieces[0] == pieces[1]);
    hub.tell({event(2, 1, "TSLA")}, 2);  // not theirs, but another end of what was missed
    hub.add(6, only("AAPL"), kBegin);
    hub.add(7, only("AAPL"), kBegin);
    REQUIRE(pieces.size() == 4);
    CHECK(*pieces[3] == "1-1AAPL ");
}

TEST_CASE("what was missed is made anew when more has come or the place is another") {
    Listeners l;
    l.hub.tell({event(1, 1, "AAPL")}, 1);
    CHECK(l.resumed("AAPL", kBegin) == "1-1AAPL ");
    l.hub.tell({event(2, 1, "AAPL")}, 2);
    CHECK(l.resumed("AAPL", kBegin) == "1-1AAPL 2-1AAPL ");
    CHECK(l.resumed("AAPL", {1, 1}) == "2-1AAPL ");
    CHECK(l.resumed("AAPL", {2, 1}).empty());
}

TEST_CASE("a client that comes back goes on after its last event") {
    Listeners l;
    l.hub.tell({event(1, 1, "AAPL"), event(1, 2, "TSLA")}, 1);
    l.hub.tell({event(2, 1, "AAPL")}, 2);
    l.hub.tell({}, 9);
    CHECK(l.resumed("", {1, 1}) == "1-2TSLA 2-1AAPL ");
    CHECK(l.resumed("TSLA", {1, 1}) == "1-2TSLA ");
    REQUIRE(l.hub.position());
    l.hub.add(3, only(""), l.hub.position());
    CHECK(l.heard[3].empty());
    l.hub.tell({event(10, 1, "AAPL")}, 10);
    CHECK(l.heard[3] == "10-1AAPL ");
}

TEST_CASE("who missed what isn't remembered must reload, once") {
    Listeners l(100);
    CHECK(l.resumed("", *l.hub.position()).empty());  // nothing is missing behind all that isn't known
    for (int i = 1; i <= 6; ++i) l.hub.tell({event(100 + i, 1, "X")}, 100 + i);
    CHECK_THAT(l.resumed("", {101, 1}), StartsWith(reload_at(106)));
    CHECK(l.resumed("", {106, kBegin.index}).empty());                 // as that reload said
    CHECK(l.resumed("", {102, 1}) == "103-1X 104-1X 105-1X 106-1X ");  // the last forgotten one
    CHECK_THAT(l.resumed("", {999, 1}), StartsWith(reload_at(106)));   // of another database
}

TEST_CASE("who missed more than a stream bears must reload") {
    Listeners l;
    LiveEvent longer = event(1, 1, "AAPL");
    longer.text = std::string(kMostMissed, 'x');
    l.hub.tell({longer, event(1, 2, "TSLA")}, 1);
    CHECK_THAT(l.resumed("", kBegin), StartsWith(reload_at(1)));
    CHECK(l.resumed("AAPL", kBegin) == longer.text);
    CHECK(l.resumed("TSLA", kBegin) == "1-2TSLA ");
}

TEST_CASE("clients that come before the past is known wait for it") {
    std::map<LiveHub::Client, std::string> heard;
    LiveHub hub([&](LiveHub::Client client, LiveHub::Piece piece) { heard[client] += *piece; }, {});
    CHECK_FALSE(hub.position());
    hub.add(1, only(""), std::nullopt);
    hub.add(2, only(""), EventId{1, 1});
    hub.add(3, only("TSLA"), EventId{3, 1});
    hub.add(4, only(""), kBegin);
    hub.add(5, only(""), std::nullopt);
    hub.remove(5);
    hub.tell_all("status ");
    hub.begin_after(0, 3);
    hub.remember({event(1, 1, "AAPL"), event(1, 2, "AAPL"), event(2, 1, "TSLA"), event(3, 1, "TSLA")}, 3);
    for (const LiveHub::Client client : {1U, 2U, 3U, 4U}) CHECK(heard[client] == "status ");
    CHECK(hub.clients() == 4);
    heard.clear();
    hub.open(2, "hello ");
    CHECK(heard[1] == "id: 2-999999999\nhello 3-1TSLA ");  // a page showed no more than batch 2
    CHECK(heard[2] == "1-2AAPL 2-1TSLA 3-1TSLA ");
    CHECK(heard[3].empty());  // up to date: nothing twice, and no reload
    CHECK(heard[4] == "1-1AAPL 1-2AAPL 2-1TSLA 3-1TSLA ");
    CHECK(heard.count(5) == 0);
    hub.tell({event(4, 1, "TSLA")}, 4);
    CHECK(heard[3] == "4-1TSLA ");
}

TEST_CASE("after an interruption everybody must reload, and hears nothing of the past") {
    Listeners l;
    l.hub.add(1, only("AAPL"), std::nullopt);
    l.hub.tell({event(1, 1, "AAPL")}, 1);
    CHECK(l.resumed("AAPL", kBegin) == "1-1AAPL ");
    l.heard.clear();
    l.hub.begin_after(50, 51);
    CHECK_THAT(l.heard[1], StartsWith(reload_at(51)));
    l.heard.clear();
    l.hub.remember({event(51, 1, "AAPL")}, 51);
    l.hub.open(51, "status ");
    CHECK(l.heard[1].empty());
    CHECK_THAT(l.resumed("", {1, 1}), StartsWith(reload_at(51)));
    CHECK(l.resumed("", {50, kBegin.index}) == "51-1AAPL ");
}

TEST_CASE("another database's ids are not taken for the same") {
    LiveHub::Piece kept;
    LiveHub hub([&](LiveHub::Client, LiveHub::Piece piece) { kept = std::move(piece); }, {});
    hub.open(0, "");
    hub.tell({event(1, 1, "AAPL"), event(2, 1, "AAPL")}, 2);
    hub.add(1, only("AAPL"), EventId{1, 1});
    REQUIRE(kept);
    const LiveHub::Piece first = kept;
    CHECK(*first == "2-1AAPL ");  // on its way, and so remembered
    hub.begin_after(0, 2);
    LiveEvent other = event(2, 1, "AAPL");
    other.text = "another ";
    hub.remember({event(1, 1, "AAPL"), other}, 2);
    hub.add(2, only("AAPL"), EventId{1, 1});
    CHECK(*kept == "another ");
}

TEST_CASE("event ids are read strictly") {
    CHECK(parse_event_id("812-3") == EventId{812, 3});
    for (const char* bad : {"", "812", "-3", "812-", "a-3", "812-3 ", "-1-3", "99999999999999999999-1"})
        CHECK_FALSE(parse_event_id(bad));
}

TEST_CASE("an event's text ends with an empty line") {
    const EventId id{7, 1};
    CHECK(event_text(&id, "trade", "{}") == "id: 7-1\nevent: trade\ndata: {}\n\n");
    CHECK(event_text(nullptr, "status", "{}") == "event: status\ndata: {}\n\n");
}
