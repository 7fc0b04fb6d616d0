// What the threads of a QueryPool do with its jobs.
#include "base/log.hpp"
#include "store/query_pool_impl.hpp"

namespace pulse::store {

namespace {

constexpr std::int64_t kFirstProbeMs = 250;

std::exception_ptr no_database(const std::string& reason) {
    return std::make_exception_ptr(DbError(DbErrorKind::kLost, "", "no database: " + reason));
}

}  // namespace

void QueryPool::Impl::work(Worker& self) {
    std::unique_ptr<Connection> session;
    std::unique_lock lock(mutex);
    for (;;) {
        // While no session can be opened, those that have one do the work; when nobody has, jobs fail.
        work_due.wait(
            lock, [&] { return stopping || (!line.empty() && (session || spare || !away || !hopeful())); });
        if (stopping) return;
        Waiting waiting = std::move(line.front());
        line.pop_front();
        serve(self, session, std::move(waiting), lock);
    }
}

void QueryPool::Impl::serve(Worker& self, std::unique_ptr<Connection>& session, Waiting waiting,
                            std::unique_lock<std::mutex>& lock) {
    bool lost = false;
    for (;;) {
        if (overdue(waiting))
            return fail_unlocked(waiting, lost ? no_database("a session got no answer") : too_late(), lock);
        const bool fresh = !session && !spare;  // the spare one may have died since
        if (!session && !find_session(session, lock)) {
            if (hopeful() && !stopping) {
                line.push_front(std::move(waiting));
                work_due.notify_all();
                return;
            }
            return fail_unlocked(waiting, no_database(away.value_or("asked to stop")), lock);
        }
        self.cancel = session->canceller();
        lock.unlock();
        const End end = run(*session, fresh, waiting);
        if (end != End::kDone) session.reset();
        lock.lock();
        self.cancel = nullptr;
        went_idle.notify_all();
        if (end == End::kDone) return;
        --connected;
        if (end == End::kLost) return;
        lost = true;
        if (stopping) return fail_unlocked(waiting, no_database("asked to stop"), lock);
    }
}

bool QueryPool::Impl::find_session(std::unique_ptr<Connection>& session, std::unique_lock<std::mutex>& lock) {
    if (spare) {
        session = std::move(spare);
        return true;
    }
    if (away) return false;
    ++opening;
    lock.unlock();
    std::string reason;
    try {
        session = open();
    } catch (const std::exception& error) {
        reason = error.what();
    }
    lock.lock();
    --opening;
    if (session) {
        ++connected;
        return true;
    }
    if (!away && !stopping) {
        log::warn("no database session: {}; looking for it until it is back", reason);
        probe_in(kFirstProbeMs);
        care_due.notify_all();
    }
    away = reason;
    work_due.notify_all();  // those that waited for this one
    return false;
}

QueryPool::Impl::End QueryPool::Impl::run(Connection& session, bool fresh, const Waiting& waiting) {
    try {
        waiting.job(session);
        session.rollback();
        return End::kDone;
    } catch (const DbError& error) {
        const bool lost = error.kind() == DbErrorKind::kLost;
        if (lost && !fresh) return End::kLostAfterIdle;
        fail(waiting, std::current_exception());
        if (lost) return End::kLost;
    } catch (...) {
        fail(waiting, std::current_exception());
    }
    session.rollback();
    return End::kDone;
}

}  // namespace pulse::store
