#include "vendor/fetch_scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace pulse {

namespace {

constexpr int kTooManyRequests = 429;

// What may go better next time: the vendor's trouble, not ours. 413 and 499 are in the vendor's own client's
// list, too.
bool worth_another_try(int status) {
    return status == 408 || status == 413 || status == 499 || (status >= 500 && status <= 599);
}

std::string status_text(const FetchOutcome& outcome) {
    const std::string reason = vendor_reason(outcome.error_body);
    return fmt::format("HTTP {}{}{}", outcome.reply.status, reason.empty() ? "" : ": ", reason);
}

std::string_view advice(int status) {
    if (status == 401 || status == 403)
        return "check the key, whether its plan includes this data, and whether the dates lie within the "
               "plan's history";
    if (status >= 300 && status <= 399)
        return "redirects are not followed, because the key must not go elsewhere: check the base url";
    if (status == 404) return "check the base url and the names asked for";
    return "the vendor doesn't take this request: check the options";
}

[[noreturn]] void refuse(const FetchTask& task, const FetchOutcome& outcome) {
    const int status = outcome.reply.status;
    const Exit exit = status == 401 || status == 403 ? Exit::kAuth : Exit::kFailure;
    throw Error(exit, fmt::format("{}: {}; {}", task.name(), status_text(outcome), advice(status)));
}

}  // namespace

FetchScheduler::FetchScheduler(FetchLimits limits, std::function<std::unique_ptr<FetchTask>()> more,
                               std::function<double()> random)
    : limits_(limits), more_(std::move(more)), random_(std::move(random)), rate_(limits.rate) {
    limits_.concurrency = std::max(limits_.concurrency, 1U);
}

std::optional<FetchScheduler::Start> FetchScheduler::next(std::int64_t now_ms) {
    wake_ms_ = kNever;
    if (running_ >= limits_.concurrency) return std::nullopt;
    // Asks for a task before it looks at the clock, so that the end is noticed without waiting for a turn.
    Slot* const slot = take_ready(now_ms);
    if (slot == nullptr) return std::nullopt;
    const std::int64_t allowed_ms = std::max(throttle_.until_ms(), rate_.ready_ms());
    if (now_ms < allowed_ms) {
        wake_ms_ = allowed_ms;
        return std::nullopt;
    }
    rate_.take(now_ms);
    ++running_;
    ++counts_.requests;
    if (slot->again) ++counts_.retries;
    slot->running = true;
    slot->started_ms = now_ms;
    return Start{slot->task.get()};
}

// The oldest task that may start, or a new one. Null: none now, and wake_ms_ tells when one will be ready.
FetchScheduler::Slot* FetchScheduler::take_ready(std::int64_t now_ms) {
    for (Slot& slot : tasks_) {
        if (slot.running) continue;
        if (slot.ready_ms <= now_ms) return &slot;
        wake_ms_ = std::min(wake_ms_, slot.ready_ms);
    }
    if (!more_may_have_ || tasks_.size() / kTasksPerSlot >= limits_.concurrency) return nullptr;
    auto task = more_();
    more_may_have_ = task != nullptr;
    if (!task) return nullptr;
    tasks_.push_back(Slot{.task = std::move(task)});
    return &tasks_.back();
}

std::size_t FetchScheduler::index_of(const FetchTask* task) const {
    const auto found =
        std::ranges::find_if(tasks_, [task](const Slot& slot) { return slot.task.get() == task; });
    if (found == tasks_.end() || !found->running)
        throw std::logic_error("a request ended that the scheduler hasn't started");
    return static_cast<std::size_t>(found - tasks_.begin());
}

void FetchScheduler::ended(FetchTask* task, const FetchOutcome& outcome, std::int64_t now_ms) {
    const std::size_t index = index_of(task);
    Slot& slot = tasks_[index];
    slot.running = false;
    --running_;
    more_may_have_ = true;
    const int status = outcome.reply.status;
    if (status == 0 || (task->accepts(status) && !outcome.transport_error.empty())) {
        failed(slot, outcome.transport_error.empty() ? "no answer" : outcome.transport_error, outcome.reply,
               now_ms);
    } else if (task->accepts(status)) {
        accepted(index, outcome, now_ms);
    } else if (status == kTooManyRequests) {
        throttled(slot, outcome, now_ms);
    } else if (worth_another_try(status)) {
        failed(slot, status_text(outcome), outcome.reply, now_ms);
    } else {
        refuse(*task, outcome);
    }
}

void FetchScheduler::accepted(std::size_t index, const FetchOutcome& outcome, std::int64_t now_ms) {
    Slot& slot = tasks_[index];
    throttle_.answered(slot.started_ms);
    switch (slot.task->end()) {
        case FetchNext::kDone:
            tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(index));
            break;
        case FetchNext::kMore:
            slot.failures = 0;
            slot.again = false;
            slot.ready_ms = now_ms;
            break;
        case FetchNext::kBroken:
            failed(slot, slot.task->broken_reason(), {}, now_ms);
            break;
        case FetchNext::kRefused: {
            FetchOutcome refused = outcome;
            refused.error_body = slot.task->broken_reason();
            refuse(*slot.task, refused);
        }
    }
}

// Everything waits, and being told to slow down is no failure of this request.
void FetchScheduler::throttled(Slot& slot, const FetchOutcome& outcome, std::int64_t now_ms) {
    ++counts_.throttled;
    throttle_.refused(slot.started_ms, now_ms, outcome.reply.retry_after);
    if (throttle_.hopeless())
        throw Error(
            Exit::kUnavailable,
            fmt::format(
                "{}: {}, and so on for an hour; lower --rate to what the plan allows (the free plan: 5 "
                "requests a minute, --rate 0.08) and see that nothing else uses the key",
                slot.task->name(), status_text(outcome)));
    slot.again = true;
    slot.ready_ms = now_ms;
}

void FetchScheduler::failed(Slot& slot, const std::string& reason, const FetchReply& reply,
                            std::int64_t now_ms) {
    const std::uint64_t progress = slot.task->progress();
    if (progress > slot.progress) slot.failures = 0;
    slot.progress = progress;
    ++slot.failures;
    if (slot.failures > limits_.max_retries)
        throw Error(Exit::kUnavailable,
                    fmt::format("{}: gave up after {} attempts: {}; run the same command again later",
                                slot.task->name(), slot.failures, reason));
    const std::int64_t asked_ms = retry_after_ms(reply.retry_after).value_or(0);
    slot.again = true;
    slot.ready_ms = now_ms + std::max(back_off_ms(slot.failures, random_()), asked_ms);
}

}  // namespace pulse
