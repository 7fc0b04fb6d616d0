#include "serve/webhook_rules.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/error.hpp"
#include "vendor/fetch_pace.hpp"

namespace pulse::serve {

namespace {

constexpr std::int64_t kFirstDelayMs = 1000;
constexpr std::int64_t kLongestDelayMs = 60'000;

bool is_passing(int status) {
    return status == 0 || status == 408 || status == 429 || status >= 500;
}

}  // namespace

WebhookNext after_attempt(const WebhookReply& reply, int tries) {
    if (reply.status >= 200 && reply.status < 300) return {.delivered = true, .again_ms = std::nullopt};
    if (!is_passing(reply.status) || tries >= kWebhookTries) return {};
    const std::int64_t own = std::min(kFirstDelayMs << std::min(tries - 1, 10), kLongestDelayMs);
    return {.delivered = false, .again_ms = std::max(own, retry_after_ms(reply.retry_after).value_or(0))};
}

std::string webhook_signature(const Secret& secret, std::int64_t timestamp_s, std::string_view body) {
    const std::string text = fmt::format("{}.{}", timestamp_s, body);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    const std::string& key = secret.reveal();
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size) == nullptr)
        throw Error(Exit::kFailure, "OpenSSL refuses to compute HMAC-SHA-256");
    std::string out = "sha256=";
    for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
    return out;
}

}  // namespace pulse::serve
