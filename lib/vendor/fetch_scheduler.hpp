#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "vendor/fetch.hpp"
#include "vendor/fetch_pace.hpp"
#include "vendor/vendor_reason.hpp"

namespace pulse {

struct FetchLimits {
    unsigned concurrency = 16;  ///< requests under way at once, ≥ 1
    double rate = 90;           ///< requests started a second, 0: no limit; the vendor asks to stay below 100
    unsigned max_retries = 8;   ///< failed attempts of one request after the first, before giving up
};

/// How one request ended, as the network saw it.
struct FetchOutcome {
    FetchReply reply;             ///< status 0: no answer
    std::string transport_error;  ///< why the answer is missing or incomplete; empty when it arrived whole
    std::string error_body;       ///< the first 64 KiB of a body the task didn't accept
};

/// Decides which request is made when: the number under way, the rate, pauses the vendor asks for (429 holds
/// everything back), back-off of a single request, and what is worth another try. Pure: time comes in,
/// decisions go out. All times are milliseconds of one clock that never goes back. A task that waits for its
/// next attempt holds up no other; at most kTasksPerSlot × concurrency tasks exist at a time.
class FetchScheduler {
  public:
    static constexpr std::int64_t kNever = INT64_MAX;
    static constexpr unsigned kTasksPerSlot = 4;

    /// `more` gives the next task or nothing when there is none at the moment; asked again after every end of
    /// a request. `random`: evenly spread over [0, 1), for jitter.
    FetchScheduler(FetchLimits limits, std::function<std::unique_ptr<FetchTask>()> more,
                   std::function<double()> random);

    struct Start {
        FetchTask* task = nullptr;  ///< owned by the scheduler until its end
    };
    /// The next request to start now, or nothing. Then wake_ms() tells when to ask again (kNever: when one
    /// ends).
    std::optional<Start> next(std::int64_t now_ms);
    [[nodiscard]] std::int64_t wake_ms() const { return wake_ms_; }
    /// True when no request is under way or waiting and `more` has none: never before next() has been asked.
    [[nodiscard]] bool finished() const { return tasks_.empty() && !more_may_have_; }

    /// A request ended. For an accepted answer that arrived whole this calls the task's end(). Throws Error
    /// when it is no use to go on: kAuth for 401 and 403, kFailure for 400, 404 and other refusals,
    /// kUnavailable when the retries are used up or the vendor throttles for an hour on end; the text names
    /// the task, the status and the vendor's reason.
    void ended(FetchTask* task, const FetchOutcome& outcome, std::int64_t now_ms);

    struct Counts {
        std::uint64_t requests = 0;   ///< started
        std::uint64_t retries = 0;    ///< of them, those started again after a failure or a 429
        std::uint64_t throttled = 0;  ///< answered 429
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

  private:
    struct Slot {
        std::unique_ptr<FetchTask> task;
        std::int64_t ready_ms = INT64_MIN;  ///< not started before
        std::int64_t started_ms = 0;
        unsigned failures = 0;       ///< in a row
        std::uint64_t progress = 0;  ///< the task's at the last failure
        bool running = false;
        bool again = false;  ///< the next start repeats a request
    };

    Slot* take_ready(std::int64_t now_ms);
    std::size_t index_of(const FetchTask* task) const;
    void accepted(std::size_t index, const FetchOutcome& outcome, std::int64_t now_ms);
    void throttled(Slot& slot, const FetchOutcome& outcome, std::int64_t now_ms);
    void failed(Slot& slot, const std::string& reason, const FetchReply& reply, std::int64_t now_ms);

    FetchLimits limits_;
    std::function<std::unique_ptr<FetchTask>()> more_;
    std::function<double()> random_;
    RateLimit rate_;
    Throttle throttle_;
    std::vector<Slot> tasks_;  ///< oldest first: what has begun comes before what is new
    unsigned running_ = 0;
    bool more_may_have_ = true;
    std::int64_t wake_ms_ = INT64_MIN;
    Counts counts_;
};

}  // namespace pulse
