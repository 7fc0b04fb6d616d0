#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "store/batch.hpp"

namespace pulse::store {

/// Stores one batch while the caller gathers the next. All calls come from one thread.
class StoreThread {
  public:
    /// `store` runs on the other thread only; what it throws comes out of submit() or wait().
    explicit StoreThread(std::function<StoreResult(const Batch&)> store);
    /// Waits for the batch in work.
    ~StoreThread();
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    /// Waits for the batch in work, then hands this one over; `batch` comes back empty.
    void submit(Batch& batch);
    /// Until the batch in work is done.
    void wait();
    /// False when submit() would not wait. Throws what the last batch's store threw.
    bool busy();
    /// The results since the last call, summed up.
    StoreResult collect();

  private:
    void run();
    void wait_idle(std::unique_lock<std::mutex>& lock);

    std::function<StoreResult(const Batch&)> store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Batch batch_;
    bool working_ = false;
    bool ending_ = false;
    StoreResult results_;
    std::exception_ptr failure_;
    std::thread thread_;  // last: started when everything it uses is there
};

}  // namespace pulse::store
