#include "store/query_pool.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/error.hpp"
#include "base/log.hpp"
#include "store/query_pool_impl.hpp"

namespace pulse::store {

namespace {

constexpr std::int64_t kLastProbeMs = 2000;
/// What a cancelled statement gets to end politely before its session is dropped.
constexpr auto kCancelGrace = std::chrono::milliseconds(300);

void pause_until(std::condition_variable& changed, std::unique_lock<std::mutex>& lock, std::int64_t at_ms) {
    changed.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(1, at_ms - mono_ms())));
}

}  // namespace

QueryPool::Impl::Impl(QueryPoolOptions given)
    : options(std::move(given)), wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake) throw Error(Exit::kFailure, fmt::format("no event descriptor: {}", std::strerror(errno)));
    options.database.wake_fd = wake.get();
    workers.resize(static_cast<std::size_t>(std::max(1, options.connections)));
    for (Worker& worker : workers) worker.thread = std::thread([this, &worker] { work(worker); });
    keeper = std::thread([this] { keep(); });
}

// A cancel makes a connection of its own and may hang as long as the host is silent, so it runs beside, and
// is left behind with all it needs.
void QueryPool::Impl::stop() {
    std::vector<std::function<void()>> cancels;
    {
        std::unique_lock lock(mutex);
        stopping = true;
        for (const Worker& worker : workers)
            if (worker.cancel) cancels.push_back(worker.cancel);
        work_due.notify_all();
        care_due.notify_all();
        if (!cancels.empty()) {
            std::thread([cancels] {
                for (const auto& cancel : cancels) cancel();
            }).detach();
            went_idle.wait_for(lock, kCancelGrace, [this] {
                return std::none_of(workers.begin(), workers.end(),
                                    [](const Worker& worker) { return static_cast<bool>(worker.cancel); });
            });
        }
    }
    ::eventfd_write(wake.get(), 1);
    for (Worker& worker : workers) worker.thread.join();
    keeper.join();
}

std::unique_ptr<Connection> QueryPool::Impl::open() {
    auto session = std::make_unique<Connection>(options.database);
    session->limit_to_questions(options.statement_timeout_ms);
    return session;
}

void QueryPool::Impl::fail(const Waiting& waiting, const std::exception_ptr& reason) noexcept {
    ++failures;
    waiting.failed(reason);
}

void QueryPool::Impl::fail_unlocked(const Waiting& waiting, const std::exception_ptr& reason,
                                    std::unique_lock<std::mutex>& lock) noexcept {
    lock.unlock();
    fail(waiting, reason);
    lock.lock();
}

std::exception_ptr QueryPool::Impl::too_late() const {
    return std::make_exception_ptr(
        DbError(DbErrorKind::kBusy, "",
                fmt::format("waited longer than {} ms for a database session", options.max_wait_ms)));
}

// Fails what waits too long, also while every worker is busy, and looks for a database that went away.
void QueryPool::Impl::keep() {
    std::unique_lock lock(mutex);
    while (!stopping) {
        fail_overdue(lock);
        if (away && mono_ms() >= probe_at_ms) probe(lock);
        if (stopping) return;
        // A job that comes while nothing waits can't be overdue before this sleep is over.
        std::int64_t next_ms = (line.empty() ? mono_ms() : line.front().since_ms) + options.max_wait_ms + 1;
        if (away) next_ms = std::min(next_ms, probe_at_ms);
        pause_until(care_due, lock, next_ms);
    }
}

void QueryPool::Impl::fail_overdue(std::unique_lock<std::mutex>& lock) {
    while (!line.empty() && overdue(line.front())) {
        const Waiting waiting = std::move(line.front());
        line.pop_front();
        fail_unlocked(waiting, too_late(), lock);
    }
}

void QueryPool::Impl::probe(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    std::unique_ptr<Connection> found;
    std::string reason;
    try {
        found = open();
    } catch (const std::exception& error) {
        reason = error.what();
    }
    lock.lock();
    if (found) {
        log::info("the database is back: connected to {}", found->where());
        away.reset();
        spare = std::move(found);
        ++connected;
        work_due.notify_all();
        return;
    }
    away = reason;
    probe_in(std::min(probe_pause_ms * 2, kLastProbeMs));
}

void QueryPool::Impl::probe_in(std::int64_t pause_ms) {
    probe_pause_ms = pause_ms;
    probe_at_ms = mono_ms() + pause_ms;
}

QueryPool::QueryPool(QueryPoolOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

QueryPool::~QueryPool() {
    impl_->stop();
}

bool QueryPool::submit(Job job, Failed failed) {
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->line.size() >= impl_->options.max_waiting) return false;
        impl_->line.push_back({std::move(job), std::move(failed), mono_ms()});
        // Some may have no session to serve with: the word must reach one who has.
        if (impl_->away) impl_->work_due.notify_all();
    }
    impl_->work_due.notify_one();
    return true;
}

std::size_t QueryPool::waiting() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->line.size();
}

int QueryPool::connected() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->connected;
}

std::uint64_t QueryPool::failures() const {
    return impl_->failures.load();
}

}  // namespace pulse::store
