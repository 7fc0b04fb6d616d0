#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"

namespace pulse {

/// Where messages go. Such addresses often hold a secret, so only `shown` may be printed.
struct WebhookTarget {
    Secret url;
    std::string shown;  ///< scheme and host: https://hooks.example
};

/// Reads a webhook's address: https, or http to this machine (localhost, 127.0.0.0/8, ::1), where nobody else
/// can read it. Throws std::invalid_argument whose text says what is wrong and never repeats the address.
WebhookTarget parse_webhook_url(std::string_view text);

/// How one attempt went.
struct WebhookReply {
    int status = 0;                          ///< 0: no answer, see `error`
    std::optional<std::string> retry_after;  ///< as sent
    std::string error;                       ///< without the address
    bool given_up = false;                   ///< `give_up` said so
};

/// Posts messages, one at a time, over a connection that is kept. One thread. Redirects are not followed: a
/// message must not go where nobody sent it.
class WebhookPoster {
  public:
    struct Options {
        std::string ca_file;      ///< PEM, trusted beside the system's; may be empty
        int timeout_ms = 10'000;  ///< from the name's look-up to the last byte of the answer
    };
    WebhookPoster(WebhookTarget target, Options options);
    ~WebhookPoster();
    WebhookPoster(const WebhookPoster&) = delete;
    WebhookPoster& operator=(const WebhookPoster&) = delete;

    /// `headers`: whole lines (`Name: value`). `give_up` is asked at least every 100 ms; once it says true
    /// the attempt ends. Throws Error(kFailure) only when libcurl itself can't work.
    WebhookReply post(const std::vector<std::string>& headers, const std::string& body,
                      const std::function<bool()>& give_up);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
