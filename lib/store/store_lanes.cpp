#include "store/store_lanes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace pulse::store {

namespace {

constexpr int kSilenceMs = 10'000;
constexpr std::chrono::seconds kLookAgain{1};

}  // namespace

StoreLanes::StoreLanes(Work work, std::chrono::milliseconds patience)
    : work_(std::move(work)), patience_(patience), silence_(kSilenceMs) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
        threads_[lane] = std::thread([this, lane] { run(lane); });
}

StoreLanes::~StoreLanes() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void StoreLanes::rethrow() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void StoreLanes::look() {
    const auto news = silence_.look(!idle(), turn_ != seen_turn_, mono_ms());
    seen_turn_ = turn_;
    if (news == SilenceWatch::News::kSilent)
        log::warn("no answer from the database for {} s; input waits", kSilenceMs / 1000);
    if (news == SilenceWatch::News::kBack) log::info("the database answers again");
}

template <typename Done>
void StoreLanes::await(std::unique_lock<std::mutex>& lock, Done done) {
    look();
    while (!changed_.wait_for(lock, kLookAgain, done)) look();
    look();
}

void StoreLanes::submit(Batch& batch) {
    {
        std::unique_lock lock(mutex_);
        // The first free one: without a backlog it is always the same, and one connection does.
        Lane* lane = nullptr;
        await(lock, [&] {
            lane = std::find_if(lanes_.begin(), lanes_.end(), [](const Lane& each) { return !each.working; });
            return lane != lanes_.end();
        });
        rethrow();
        std::swap(lane->batch, batch);
        lane->ticket = tickets_++;
        lane->working = true;
    }
    changed_.notify_all();
    batch.clear();
}

void StoreLanes::wait() {
    std::unique_lock lock(mutex_);
    await(lock, [this] { return idle(); });
    rethrow();
}

bool StoreLanes::busy() {
    const std::lock_guard lock(mutex_);
    look();
    if (idle()) rethrow();
    return !idle();
}

StoreResult StoreLanes::collect() {
    const std::lock_guard lock(mutex_);
    return std::exchange(results_, {});
}

void StoreLanes::run(std::size_t lane) {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return lanes_[lane].working || ending_; });
        if (!lanes_[lane].working) return;
        if (turn_ != lanes_[lane].ticket) wait_turn(lane, lock);
        store(lane, lock);
        lanes_[lane].working = false;
        ++turn_;
        changed_.notify_all();
    }
}

void StoreLanes::wait_turn(std::size_t lane, std::unique_lock<std::mutex>& lock) {
    const auto my_turn = [&] { return turn_ == lanes_[lane].ticket; };
    lock.unlock();
    work_.send_ahead(lane, lanes_[lane].batch);
    lock.lock();
    if (changed_.wait_for(lock, patience_, my_turn)) return;
    lock.unlock();
    work_.take_back(lane);
    lock.lock();
    changed_.wait(lock, my_turn);
}

void StoreLanes::store(std::size_t lane, std::unique_lock<std::mutex>& lock) {
    const bool dropped = lanes_[lane].ticket < dropped_;
    lock.unlock();
    StoreResult result;
    std::exception_ptr failure;
    try {
        if (dropped)
            work_.take_back(lane);
        else
            result = work_.store(lane, lanes_[lane].batch);
    } catch (...) {
        failure = std::current_exception();
    }
    lock.lock();
    results_.stored += result.stored;
    results_.duplicates += result.duplicates;
    std::move(result.refused.begin(), result.refused.end(), std::back_inserter(results_.refused));
    if (!failure) return;
    failure_ = failure;
    dropped_ = tickets_;
}

}  // namespace pulse::store
