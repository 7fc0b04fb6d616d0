#include "serve/webhook.hpp"

#include "base/clock.hpp"
#include "catch.hpp"

using namespace pulse;
using namespace pulse::serve;

TEST_CASE("nobody waits for a webhook: its line is bounded, and its end is soon") {
    const std::int64_t began = mono_ms();
    {
        // Nobody listens on port 1, so each attempt fails at once and is waited for.
        Webhook webhook(
            {.target = parse_webhook_url("http://127.0.0.1:1/"), .secret = Secret("s"), .ca_file = {}});
        for (std::size_t i = 0; i < Webhook::kMostWaiting + 5; ++i) webhook.send(std::to_string(i), "{}");
        const auto counts = webhook.counts();
        CHECK(counts.delivered == 0);
        CHECK(counts.dropped >= 4);  // one may be under way
        CHECK(counts.failed == counts.dropped);
        CHECK(counts.waiting >= Webhook::kMostWaiting);
        CHECK(counts.waiting + counts.dropped == Webhook::kMostWaiting + 5);
    }
    CHECK(mono_ms() - began < 2500);
}
