#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "store/query_pool.hpp"

namespace pulse::store {

/// What the pool's threads share. All members are guarded by `mutex` but options, wake and failures;
/// functions that take a lock are called and left with it held and let go of it while they wait or call out.
struct QueryPool::Impl {
    /// A job in line.
    struct Waiting {
        Job job;
        Failed failed;
        std::int64_t since_ms = 0;  ///< mono_ms() when it came
    };
    /// A pool thread. `cancel` ends the statement under way and is set only while there may be one.
    struct Worker {
        std::thread thread;
        std::function<void()> cancel;
    };
    /// How a job ended on one session.
    enum class End { kDone, kLost, kLostAfterIdle };

    explicit Impl(QueryPoolOptions given);
    void stop();

    std::unique_ptr<Connection> open();
    // Of a worker: query_pool_work.cpp.
    void work(Worker& self);
    void serve(Worker& self, std::unique_ptr<Connection>& session, Waiting waiting,
               std::unique_lock<std::mutex>& lock);
    bool find_session(std::unique_ptr<Connection>& session, std::unique_lock<std::mutex>& lock);
    End run(Connection& session, bool fresh, const Waiting& waiting);

    void fail(const Waiting& waiting, const std::exception_ptr& reason) noexcept;
    void fail_unlocked(const Waiting& waiting, const std::exception_ptr& reason,
                       std::unique_lock<std::mutex>& lock) noexcept;
    [[nodiscard]] std::exception_ptr too_late() const;

    // Of the keeper: fails what waits too long, looks for a database that went away.
    void keep();
    void probe_in(std::int64_t pause_ms);
    void fail_overdue(std::unique_lock<std::mutex>& lock);
    void probe(std::unique_lock<std::mutex>& lock);
    /// Somebody has a session or may have one soon: jobs wait for him.
    [[nodiscard]] bool hopeful() const { return connected + opening > 0; }
    [[nodiscard]] bool overdue(const Waiting& waiting) const {
        return mono_ms() - waiting.since_ms > options.max_wait_ms;
    }

    QueryPoolOptions options;
    UniqueFd wake;  ///< readable: sessions end whatever they wait for
    mutable std::mutex mutex;
    std::condition_variable work_due;   ///< workers wait on it
    std::condition_variable care_due;   ///< the keeper waits on it
    std::condition_variable went_idle;  ///< the destructor waits on it
    std::deque<Waiting> line;
    std::unique_ptr<Connection> spare;  ///< the one that found the database again
    std::optional<std::string> away;    ///< why no session can be opened
    std::int64_t probe_at_ms = 0;
    std::int64_t probe_pause_ms = 0;
    bool stopping = false;
    int connected = 0;
    int opening = 0;  ///< workers that are about to have a session, or not
    std::atomic<std::uint64_t> failures{0};
    std::vector<Worker> workers;
    std::thread keeper;
};

}  // namespace pulse::store
