#include "serve/webhook_rules.hpp"

#include <stdexcept>

#include "catch.hpp"

using namespace pulse;
using namespace pulse::serve;

namespace {

WebhookReply answered(int status, std::optional<std::string> retry_after = std::nullopt) {
    return {.status = status, .retry_after = std::move(retry_after), .error = {}, .given_up = false};
}

std::string refusal(const char* url) {
    try {
        return "taken as " + parse_webhook_url(url).shown;
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("a webhook's attempts wait 1, 2, 4 … 60 seconds, and are eight at most") {
    std::vector<std::int64_t> waits;
    for (int tries = 1; tries <= kWebhookTries; ++tries)
        if (const auto next = after_attempt(answered(500), tries); next.again_ms)
            waits.push_back(*next.again_ms / 1000);
    CHECK(waits == std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60});
}

TEST_CASE("only what may pass is tried again") {
    for (const int status : {200, 202, 204}) CHECK(after_attempt(answered(status), 1).delivered);
    for (const int status : {0, 408, 429, 500, 502, 503, 504}) {
        const auto next = after_attempt(answered(status), 1);
        CHECK_FALSE(next.delivered);
        CHECK(next.again_ms == 1000);
    }
    for (const int status : {301, 302, 308, 400, 401, 403, 404, 410, 413}) {
        const auto next = after_attempt(answered(status), 1);
        CHECK_FALSE(next.delivered);
        CHECK_FALSE(next.again_ms);
    }
}

TEST_CASE("Retry-After makes the wait longer, never shorter, and never endless") {
    CHECK(after_attempt(answered(429, "30"), 1).again_ms == 30'000);
    CHECK(after_attempt(answered(503, "1"), 4).again_ms == 8'000);
    CHECK(after_attempt(answered(429, "999999999"), 1).again_ms == 600'000);
    CHECK(after_attempt(answered(429, "Wed, 21 Oct 2026 07:28:00 GMT"), 1).again_ms == 60'000);
}

TEST_CASE("posts are signed with their time") {
    // printf '1764954960.{"a":1}' | openssl dgst -sha256 -hmac key
    CHECK(webhook_signature(Secret("key"), 1764954960, R"({"a":1})") ==
          "sha256=b64e9230129581c9428a2005fa80947150745a7cd5bdb459649d2cb9d4d99bd0");
    CHECK(webhook_signature(Secret("key"), 1764954961, R"({"a":1})") !=
          webhook_signature(Secret("key"), 1764954960, R"({"a":1})"));
}

TEST_CASE("a webhook's address is https, or http on this machine, and shows only its host") {
    CHECK(refusal("https://hooks.example/services/T0/SECRET?x=1") == "taken as https://hooks.example");
    CHECK(refusal("HTTPS://user:pass@Hooks.Example:8443/x#y") == "taken as https://hooks.example:8443");
    CHECK(refusal("http://127.0.0.1:9/x") == "taken as http://127.0.0.1:9");
    CHECK(refusal("http://[::1]:9/x") == "taken as http://[::1]:9");
    CHECK(refusal("http://localhost/x") == "taken as http://localhost");
    for (const char* foreign : {"http://hooks.example/x", "http://127.0.0.1.evil.example/",
                                "http://10.0.0.1/", "http://localhost.evil.example/"})
        CHECK(refusal(foreign) == "must begin with https://; http is for this machine only");
    for (const char* bad : {"", "hooks.example/x", "ftp://hooks.example/", "file:///etc/passwd", "https://",
                            "https://a b/", "https://a/\nX: y", "javascript:alert(1)"}) {
        CAPTURE(bad);
        CHECK(refusal(bad).find("taken") == std::string::npos);
    }
}
