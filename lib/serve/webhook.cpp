#include "serve/webhook.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/clock.hpp"
#include "serve/webhook_rules.hpp"

namespace pulse::serve {

namespace {

constexpr std::int64_t kLastMs = 2000;  // for the attempt under way at the end

std::string reason_of(const WebhookReply& reply) {
    return reply.status == 0 ? reply.error : fmt::format("HTTP {}", reply.status);
}

}  // namespace

Webhook::Webhook(WebhookSettings settings) : settings_(std::move(settings)) {
    thread_ = std::thread([this] { run(); });
}

Webhook::~Webhook() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        stop_at_ms_ = mono_ms() + kLastMs;
    }
    changed_.notify_all();
    thread_.join();
    if (const auto left = counts().waiting; left > 0)
        log::warn("webhook: {} signals were not delivered to {} before the end", left,
                  settings_.target.shown);
}

void Webhook::send(std::string id, std::string body) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= kMostWaiting) {
            waiting_.pop_front();
            ++counts_.dropped;
            ++counts_.failed;
            if (drop_warnings_.allow(mono_ms()))
                log::warn(
                    "webhook: {} doesn't take signals fast enough, the oldest in line are dropped ({} "
                    "so far)",
                    settings_.target.shown, counts_.dropped);
        }
        waiting_.push_back({std::move(id), std::move(body)});
    }
    changed_.notify_all();
}

Webhook::Counts Webhook::counts() const {
    const std::lock_guard lock(mutex_);
    Counts counts = counts_;
    counts.waiting = waiting_.size() + (busy_ ? 1 : 0);
    return counts;
}

bool Webhook::over() const {
    return mono_ms() >= stop_at_ms_;
}

void Webhook::run() {
    try {
        WebhookPoster poster(settings_.target, {.ca_file = settings_.ca_file});
        while (const auto message = next()) deliver(poster, *message);
    } catch (const std::exception& error) {
        log::error("webhook: nothing is delivered any more: {}", error.what());
    }
}

std::optional<Webhook::Message> Webhook::next() {
    std::unique_lock lock(mutex_);
    if (stopping_) return std::nullopt;  // what was under way keeps counting as waiting when given up
    busy_ = false;
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return std::nullopt;
    Message message = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    return message;
}

// True when the time passed, false when the process ends.
bool Webhook::wait_ms(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_; });
}

void Webhook::deliver(WebhookPoster& poster, const Message& message) {
    for (int tries = 1;; ++tries) {
        const std::int64_t now_s = wall_ms() / 1000;
        const auto reply =
            poster.post({"Content-Type: application/json; charset=utf-8", "Pulse-Event: signal",
                         "Pulse-Delivery: " + message.id, fmt::format("Pulse-Timestamp: {}", now_s),
                         "Pulse-Signature: " + webhook_signature(settings_.secret, now_s, message.body)},
                        message.body, [this] { return over(); });
        if (reply.given_up) return;
        const WebhookNext next = after_attempt(reply, tries);
        {
            const std::lock_guard lock(mutex_);
            if (next.delivered) ++counts_.delivered;
            if (!next.delivered && next.again_ms) ++counts_.retried;
            if (!next.delivered && !next.again_ms) ++counts_.failed;
            if (next.delivered || !next.again_ms) busy_ = false;
        }
        if (next.delivered) return;
        if (!next.again_ms) {
            log::warn("webhook: {} was not delivered to {} after {} attempts: {}", message.id,
                      settings_.target.shown, tries, reason_of(reply));
            return;
        }
        if (tries == 1)
            log::info("webhook: {} did not take {}: {}; trying again", settings_.target.shown, message.id,
                      reason_of(reply));
        if (!wait_ms(*next.again_ms)) return;
    }
}

}  // namespace pulse::serve
