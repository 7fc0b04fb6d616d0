#include "vendor/reconnect.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {

const ConnectionEnd kDrop{Ending::kDropped, false, 0};

}  // namespace

TEST_CASE("the wait doubles from half a second to thirty") {
    ReconnectPolicy policy(0);
    for (const std::int64_t longest : {500, 1000, 2000, 4000, 8000, 16'000, 30'000, 30'000, 30'000})
        CHECK(policy.after(kDrop, 1.0).delay_ms == longest);
}

TEST_CASE("jitter draws from the upper half of the wait") {
    CHECK(ReconnectPolicy(0).after(kDrop, 0.0).delay_ms == 250);
    CHECK(ReconnectPolicy(0).after(kDrop, 0.5).delay_ms == 375);
}

TEST_CASE("only data or ten seconds of subscribed life start the doubling over") {
    ReconnectPolicy policy(0);
    for (int i = 0; i < 5; ++i) policy.after(kDrop, 1.0);
    CHECK(policy.after({Ending::kDropped, false, 9'999}, 1.0).delay_ms == 16'000);
    CHECK(policy.after({Ending::kDropped, false, 10'000}, 1.0).delay_ms == 500);
    for (int i = 0; i < 5; ++i) policy.after(kDrop, 1.0);
    CHECK(policy.after({Ending::kDropped, true, 1}, 1.0).delay_ms == 500);
}

TEST_CASE("after max_connections a minute passes at least, even for a connection that had data") {
    CHECK(ReconnectPolicy(0).after({Ending::kMaxConnections, false, 0}, 0.0).delay_ms >= 60'000);
    CHECK(ReconnectPolicy(0).after({Ending::kMaxConnections, true, 20'000}, 0.0).delay_ms >= 60'000);
}

TEST_CASE("refused credentials are tried three times") {
    const auto ending = GENERATE(Ending::kAuthRefused, Ending::kSubscriptionRefused);
    ReconnectPolicy policy(0);
    CHECK_FALSE(policy.after({ending, false, 0}, 0.0).stop);
    CHECK_FALSE(policy.after({ending, false, 0}, 0.0).stop);
    CHECK(policy.after({ending, false, 0}, 0.0).stop == Exit::kAuth);
}

TEST_CASE("a good connection in between forgives earlier refusals") {
    ReconnectPolicy policy(0);
    policy.after({Ending::kAuthRefused, false, 0}, 0.0);
    policy.after({Ending::kAuthRefused, false, 0}, 0.0);
    policy.after({Ending::kDropped, true, 0}, 0.0);
    CHECK_FALSE(policy.after({Ending::kAuthRefused, false, 0}, 0.0).stop);
}

TEST_CASE("max attempts counts failures in a row") {
    ReconnectPolicy policy(3);
    CHECK_FALSE(policy.after(kDrop, 0.0).stop);
    CHECK_FALSE(policy.after(kDrop, 0.0).stop);
    CHECK_FALSE(policy.after({Ending::kDropped, true, 0}, 0.0).stop);
    CHECK_FALSE(policy.after(kDrop, 0.0).stop);
    CHECK(policy.after(kDrop, 0.0).stop == Exit::kUnavailable);
    CHECK(policy.failures() == 3);
}

TEST_CASE("without a limit it goes on for ever") {
    ReconnectPolicy policy(0);
    for (int i = 0; i < 10'000; ++i) CHECK_FALSE(policy.after(kDrop, 0.5).stop);
}
