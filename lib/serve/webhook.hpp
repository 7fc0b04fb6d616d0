#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/env.hpp"
#include "base/log.hpp"
#include "net/webhook_post.hpp"

namespace pulse::serve {

struct WebhookSettings {
    WebhookTarget target;
    Secret secret;              ///< messages are signed with it
    std::string ca_file;        ///< see WebhookPoster
    int cooldown_minutes = 30;  ///< of event time, before a contract is told again
};

/// Delivers messages to one address, in order, on a thread of its own: nobody waits for it.
class Webhook {
  public:
    static constexpr std::size_t kMostWaiting = 1000;
    struct Counts {
        std::uint64_t delivered = 0;
        std::uint64_t failed = 0;   ///< given up: refused, tried often enough, or dropped
        std::uint64_t retried = 0;  ///< attempts that were repeated
        std::uint64_t dropped = 0;  ///< of the failed: the line was full
        std::size_t waiting = 0;    ///< in line, the one under way included
    };

    explicit Webhook(WebhookSettings settings);
    /// What is in line is given up; the attempt under way gets two seconds.
    ~Webhook();
    Webhook(const Webhook&) = delete;
    Webhook& operator=(const Webhook&) = delete;

    /// `id` goes into Pulse-Delivery, the same one at every attempt: a receiver knows repetitions by it. When
    /// the line is full the oldest message goes. Any thread.
    void send(std::string id, std::string body);
    [[nodiscard]] Counts counts() const;

  private:
    struct Message {
        std::string id;
        std::string body;
    };
    void run();
    std::optional<Message> next();
    void deliver(WebhookPoster& poster, const Message& message);
    bool wait_ms(std::int64_t ms);
    [[nodiscard]] bool over() const;

    WebhookSettings settings_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Message> waiting_;
    Counts counts_;
    bool busy_ = false;
    bool stopping_ = false;
    std::atomic<std::int64_t> stop_at_ms_{INT64_MAX};  ///< monotonic
    log::RateLimit drop_warnings_{1, 60'000};
    std::thread thread_;  // last: started when everything it uses is there
};

}  // namespace pulse::serve
