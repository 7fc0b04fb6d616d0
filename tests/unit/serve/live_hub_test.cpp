#include "serve/live_hub.hpp"

#include <map>

#include "catch.hpp"

using namespace pulse;
using namespace pulse::serve;

namespace {

struct Listeners {
    std::map<LiveHub::Client, std::string> heard;
    LiveHub hub{[this](LiveHub::Client client, LiveHub::Piece piece) { heard[client] += *piece; }, 4};
};

flow::TradeFilter only(const std::string& ticker) {
    flow::TradeFilter filter;
    if (!ticker.empty()) filter.set("ticker", ticker);
    return filter;
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
    l.hub.begin_after(0);
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

TEST_CASE("one text is shared by all who ask the same") {
    std::vector<LiveHub::Piece> pieces;
    LiveHub hub([&](LiveHub::Client, LiveHub::Piece piece) { pieces.push_back(std::move(piece)); });
    hub.begin_after(0);
    for (LiveHub::Client client = 1; client <= 3; ++client) hub.add(client, only("AAPL"), std::nullopt);
    hub.tell({event(1, 1, "AAPL")}, 1);
    REQUIRE(pieces.size() == 3);
    CHECK(pieces[0] == pieces[2]);
}

TEST_CASE("a client that comes back goes on after its last event") {
    Listeners l;
    l.hub.begin_after(0);
    l.hub.tell({event(1, 1, "AAPL"), event(1, 2, "TSLA")}, 1);
    l.hub.tell({event(2, 1, "AAPL")}, 2);
    l.hub.tell({}, 9);
    l.hub.add(1, only(""), EventId{1, 1});
    CHECK(l.heard[1] == "1-2TSLA 2-1AAPL ");
    l.hub.add(2, only("TSLA"), EventId{1, 1});
    CHECK(l.heard[2] == "1-2TSLA ");
    l.hub.add(3, only(""), l.hub.position());
    CHECK(l.heard[3].empty());
    l.hub.tell({event(10, 1, "AAPL")}, 10);
    CHECK(l.heard[3] == "10-1AAPL ");
}

TEST_CASE("who missed what isn't remembered must reload") {
    Listeners l;
    l.hub.begin_after(100);
    for (int i = 1; i <= 6; ++i) l.hub.tell({event(100 + i, 1, "AAPL")}, 100 + i);
    l.hub.add(1, only(""), EventId{101, 1});
    CHECK(l.heard[1].find("reload") != std::string::npos);
    l.hub.add(2, only(""), EventId{102, 1});  // the last one that was forgotten: nothing is missing after it
    CHECK(l.heard[2] == "103-1AAPL 104-1AAPL 105-1AAPL 106-1AAPL ");
    l.hub.add(3, only(""), EventId{999, 1});  // of another database
    CHECK(l.heard[3].find("reload") != std::string::npos);
}

TEST_CASE("after an interruption everybody must reload") {
    Listeners l;
    l.hub.begin_after(0);
    l.hub.add(1, only("AAPL"), std::nullopt);
    l.hub.tell({event(1, 1, "AAPL")}, 1);
    l.hub.interrupt(50);
    CHECK(l.heard[1].find("reload") != std::string::npos);
    l.hub.add(2, only(""), EventId{1, 1});
    CHECK(l.heard[2].find("reload") != std::string::npos);
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
