#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"
#include "net/webhook_post.hpp"

namespace pulse::serve {

/// What is done after an attempt to deliver a message.
struct WebhookNext {
    bool delivered = false;
    std::optional<std::int64_t> again_ms;  ///< wait so long and try again; nothing: it is over
};

inline constexpr int kWebhookTries = 8;

/// `tries`: attempts so far, this one included. 2xx is delivered. No answer, 408, 429 and 5xx are tried again
/// after 1, 2, 4 … 60 seconds, or later when Retry-After says so; everything else, redirects too, is final.
WebhookNext after_attempt(const WebhookReply& reply, int tries);

/// The value of Pulse-Signature: `sha256=` and HMAC-SHA-256 in hex of the timestamp (Unix seconds), a dot and
/// the body. The timestamp is signed too, so that a receiver can refuse what is old.
std::string webhook_signature(const Secret& secret, std::int64_t timestamp_s, std::string_view body);

}  // namespace pulse::serve
