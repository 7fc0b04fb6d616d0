#include "vendor/handshake.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kStep = 10'000;

// A conversation brought to the point where the subscription was sent.
Handshake awaiting_ack(std::size_t subscriptions = 1) {
    Handshake handshake(subscriptions, kStep);
    handshake.on_open(0);
    CHECK(handshake.on_status({"connected", "Connected Successfully"}, 1).action ==
          HandshakeAction::kSendAuth);
    CHECK(handshake.on_status({"auth_success", "authenticated"}, 2).action ==
          HandshakeAction::kSendSubscribe);
    return handshake;
}

}  // namespace

TEST_CASE("the vendor's greeting, credentials and acknowledgement in order") {
    Handshake handshake = awaiting_ack();
    CHECK(handshake.authenticated());
    CHECK_FALSE(handshake.subscribed());
    CHECK(handshake.on_status({"success", "subscribed to: T.*"}, 3).action == HandshakeAction::kSubscribed);
    CHECK(handshake.subscribed());
}

TEST_CASE("the greeting may also be spelled as in the vendor's specification") {
    Handshake handshake(1, kStep);
    handshake.on_open(0);
    CHECK(handshake.on_status({"success", "Connected Successfully"}, 1).action == HandshakeAction::kSendAuth);
}

TEST_CASE("nothing is sent before the server speaks, nor subscribed before auth_success") {
    Handshake handshake(1, kStep);
    CHECK(handshake.on_status({"connected", ""}, 0).action == HandshakeAction::kNone);
    handshake.on_open(0);
    CHECK(handshake.on_status({"auth_success", "authenticated"}, 1).action == HandshakeAction::kNone);
    CHECK(handshake.on_status({"connected", ""}, 2).action == HandshakeAction::kSendAuth);
    CHECK(handshake.on_status({"success", "subscribed to: T.*"}, 3).action == HandshakeAction::kNone);
    CHECK_FALSE(handshake.authenticated());
}

TEST_CASE("two acknowledgements subscribe once") {
    Handshake handshake = awaiting_ack(2);
    CHECK(handshake.on_status({"success", "subscribed to: T.*"}, 3).action == HandshakeAction::kSubscribed);
    CHECK(handshake.on_status({"success", "subscribed to: A.*"}, 3).action == HandshakeAction::kNone);
}

TEST_CASE("every refusal of the key ends the connection with the vendor's words") {
    const std::string text =
        GENERATE(as<std::string>(), "authentication failed",
                 "Your plan doesn't include websocket access. Visit https://massive.com/pricing to upgrade.");
    Handshake handshake(1, kStep);
    handshake.on_open(0);
    handshake.on_status({"connected", ""}, 1);
    const auto step = handshake.on_status({"auth_failed", text}, 2);
    CHECK(step.action == HandshakeAction::kLeave);
    CHECK(step.ending == Ending::kAuthRefused);
    CHECK(step.text == text);
}

TEST_CASE("eviction comes even after the acknowledgement") {
    Handshake handshake = awaiting_ack();
    handshake.on_status({"success", "subscribed to: T.*"}, 3);
    const auto step =
        handshake.on_status({"max_connections", "Maximum number of websocket connections exceeded."}, 4);
    CHECK(step.action == HandshakeAction::kLeave);
    CHECK(step.ending == Ending::kMaxConnections);
}

TEST_CASE("the vendor's announcements that it hangs up are believed") {
    const std::string status =
        GENERATE(as<std::string>(), "slow_consumer", "force_disconnect", "auth_timeout");
    Handshake handshake = awaiting_ack();
    const auto step = handshake.on_status({status, "bye"}, 4);
    CHECK(step.action == HandshakeAction::kLeave);
    CHECK(step.ending == Ending::kKicked);
    CHECK(step.text == status + ": bye");
    CHECK(handshake.on_status({"success", "subscribed to: T.*"}, 5).action == HandshakeAction::kNone);
}

TEST_CASE("the only subscription refused ends the connection") {
    Handshake handshake = awaiting_ack();
    const auto step = handshake.on_status({"error", "not authorized"}, 3);
    CHECK(step.action == HandshakeAction::kLeave);
    CHECK(step.ending == Ending::kSubscriptionRefused);
}

TEST_CASE("one of two subscriptions refused is a complaint, and the other one counts") {
    Handshake handshake = awaiting_ack(2);
    CHECK(handshake.on_status({"error", "not authorized"}, 3).action == HandshakeAction::kComplain);
    CHECK(handshake.on_status({"success", "subscribed to: T.*"}, 4).action == HandshakeAction::kSubscribed);
}

TEST_CASE("an error after the subscription is a complaint, not an end") {
    Handshake handshake = awaiting_ack();
    handshake.on_status({"success", "subscribed to: T.*"}, 3);
    CHECK(handshake.on_status({"error", "not authorized"}, 4).action == HandshakeAction::kComplain);
    CHECK(handshake.subscribed());
}

TEST_CASE("each step has a deadline of its own") {
    Handshake handshake(1, kStep);
    handshake.on_open(0);
    CHECK(handshake.on_tick(kStep - 1).action == HandshakeAction::kNone);
    handshake.on_status({"connected", ""}, kStep - 1);
    CHECK(handshake.on_tick(kStep).action == HandshakeAction::kNone);
    CHECK(handshake.on_tick(2 * kStep - 2).action == HandshakeAction::kNone);
    const auto step = handshake.on_tick(2 * kStep - 1);
    CHECK(step.action == HandshakeAction::kLeave);
    CHECK(step.ending == Ending::kTimeout);
    CHECK_THAT(step.text, ContainsSubstring("credentials"));
}

TEST_CASE("a missing acknowledgement ends the connection, unless trades come") {
    Handshake silent = awaiting_ack();
    CHECK(silent.on_tick(2 + kStep).ending == Ending::kTimeout);
    Handshake delivering = awaiting_ack();
    delivering.on_data();
    CHECK(delivering.on_tick(2 + kStep).action == HandshakeAction::kSubscribed);
    CHECK(delivering.on_tick(3 * kStep).action == HandshakeAction::kNone);
}

TEST_CASE("control messages escape what they carry") {
    CHECK(control_message("subscribe", "T.*") == R"({"action":"subscribe","params":"T.*"})");
    CHECK(control_message("auth", "a\"b\\c\x01") == R"({"action":"auth","params":"a\"b\\c\u0001"})");
}
