#include "bus/servers.hpp"

#include "catch.hpp"

using namespace pulse::bus;

TEST_CASE("lists of servers") {
    CHECK(split_servers(" nats://a:1 , b,,c\n") == std::vector<std::string>{"nats://a:1", "b", "c"});
    CHECK(split_servers("").empty());
}

TEST_CASE("no credentials of an address are ever shown") {
    CHECK(shown_servers({"nats://user:secret@host:4222", "tls://token@b", "c:1", "nats://d"}) ==
          "host:4222, b, c:1, d");
    CHECK(shown_servers({"nats://user:p@ss@host"}) == "host");
}

TEST_CASE("credentials and TLS in an address") {
    CHECK(has_credentials("nats://token@host"));
    CHECK_FALSE(has_credentials("nats://host:4222"));
    CHECK(wants_tls("tls://host"));
    CHECK_FALSE(wants_tls("nats://tls"));
}
