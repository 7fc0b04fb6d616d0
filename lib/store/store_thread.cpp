#include "store/store_thread.hpp"

#include <iterator>
#include <utility>

namespace pulse::store {

StoreThread::StoreThread(std::function<StoreResult(const Batch&)> store)
    : store_(std::move(store)), thread_([this] { run(); }) {}

StoreThread::~StoreThread() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void StoreThread::wait_idle(std::unique_lock<std::mutex>& lock) {
    changed_.wait(lock, [this] { return !working_; });
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void StoreThread::submit(Batch& batch) {
    {
        std::unique_lock lock(mutex_);
        wait_idle(lock);
        std::swap(batch_, batch);
        working_ = true;
    }
    changed_.notify_all();
    batch.clear();
}

void StoreThread::wait() {
    std::unique_lock lock(mutex_);
    wait_idle(lock);
}

bool StoreThread::busy() {
    const std::lock_guard lock(mutex_);
    if (!working_ && failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    return working_;
}

StoreResult StoreThread::collect() {
    const std::lock_guard lock(mutex_);
    return std::exchange(results_, {});
}

void StoreThread::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return working_ || ending_; });
        if (!working_) return;
        lock.unlock();
        StoreResult result;
        std::exception_ptr failure;
        try {
            result = store_(batch_);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        results_.stored += result.stored;
        results_.duplicates += result.duplicates;
        std::move(result.refused.begin(), result.refused.end(), std::back_inserter(results_.refused));
        failure_ = failure;
        working_ = false;
        changed_.notify_all();
    }
}

}  // namespace pulse::store
