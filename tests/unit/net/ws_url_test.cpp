#include "base/error.hpp"
#include "catch.hpp"
#include "net/ws_client.hpp"

using namespace pulse;

TEST_CASE("a url falls into its parts, with the usual ports") {
    const WsUrl vendor = parse_ws_url("wss://delayed.polygon.io/options");
    CHECK(vendor.tls);
    CHECK(vendor.host == "delayed.polygon.io");
    CHECK(vendor.port == 443);
    CHECK(vendor.path == "/options");
    CHECK_FALSE(vendor.loopback());

    const WsUrl local = parse_ws_url("ws://127.0.0.1:8080");
    CHECK_FALSE(local.tls);
    CHECK(local.port == 8080);
    CHECK(local.path == "/");
    CHECK(local.loopback());
    CHECK(parse_ws_url("ws://localhost?x=1").path == "/?x=1");
}

TEST_CASE("IPv6 addresses stand in brackets") {
    const WsUrl url = parse_ws_url("ws://[::1]:90/a");
    CHECK(url.host == "::1");
    CHECK(url.port == 90);
    CHECK(url.loopback());
}

TEST_CASE("what is no WebSocket url is a usage error") {
    const std::string url =
        GENERATE(as<std::string>(), "", "http://a/", "wss://", "wss://:80/", "wss://a:0/", "wss://a:65536/",
                 "wss://a:8x/", "wss://[::1/", "wss://user:pw@host/", "wss://[::1]x/");
    INFO(url);
    try {
        parse_ws_url(url);
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.exit() == Exit::kUsage);
        CHECK_THAT(e.what(), !ContainsSubstring("pw"));
    }
}
