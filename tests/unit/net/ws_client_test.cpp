#include "net/ws_client.hpp"

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

struct Events final : WsHandler {
    int opened = 0;
    std::vector<std::string> closed;

    void on_open() override { ++opened; }
    void on_alive() override {}
    void on_message(std::string_view) override {}
    void on_closed(const std::string& reason) override { closed.push_back(reason); }
};

// Port 1 of this machine: nothing listens there.
WsClientOptions nowhere() {
    WsClientOptions options;
    options.url = parse_ws_url("ws://127.0.0.1:1/options");
    return options;
}

void serve_for(WsClient& client, std::int64_t ms) {
    for (const std::int64_t end = mono_ms() + ms; mono_ms() < end;) client.service();
}

}  // namespace

TEST_CASE("a connection that can't be made is reported once, and the next attempt too") {
    Events events;
    WsClient client(nowhere(), events, -1);
    for (std::size_t attempt = 1; attempt <= 2; ++attempt) {
        client.connect();
        CHECK(events.closed.size() == attempt - 1);  // never from inside connect()
        serve_for(client, 400);
        REQUIRE(events.closed.size() == attempt);
        CHECK_THAT(events.closed.back(), ContainsSubstring("cannot connect to 127.0.0.1 port 1"));
    }
    CHECK(events.opened == 0);
}

TEST_CASE("an attempt called off before it began is reported, and not made") {
    Events events;
    WsClient client(nowhere(), events, -1);
    client.connect();
    client.close(true);
    serve_for(client, 400);
    CHECK(events.closed == std::vector<std::string>{"the attempt was called off"});
}

TEST_CASE("closing without a connection does nothing") {
    Events events;
    WsClient client(nowhere(), events, -1);
    client.close(true);
    client.close(false);
    serve_for(client, 300);
    CHECK(events.closed.empty());
}
