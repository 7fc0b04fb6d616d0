#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "store/batch.hpp"
#include "store/silence_watch.hpp"

namespace pulse::store {

/// Batches that may be in work at once.
inline constexpr std::size_t kLanes = 2;

/// Stores batches while the caller gathers the next. Each goes through store() alone and in the order it
/// came, so that what a batch says of earlier ones (a watermark) holds; but while one is being stored the
/// next is sent ahead. All calls come from one thread. Logs when nothing was done for 10 s: the database is
/// away, or stands still, which nobody else would tell.
class StoreLanes {
  public:
    /// What is done with a batch, on its lane's thread. `lane` is 0 … kLanes - 1.
    struct Work {
        /// Before its turn, while another batch is stored: whatever shows nothing to anybody. Doesn't throw.
        std::function<void(std::size_t lane, const Batch&)> send_ahead = [](std::size_t, const Batch&) {};
        /// Undoes that. Doesn't throw.
        std::function<void(std::size_t lane)> take_back = [](std::size_t) {};
        /// In its turn. What it throws comes out of submit(), wait() or busy(); batches in work behind it are
        /// dropped.
        std::function<StoreResult(std::size_t lane, const Batch&)> store;
    };
    /// `patience`: how long a batch that was sent ahead waits for its turn. The one before may wait for a row
    /// of it, which without this would be for ever.
    explicit StoreLanes(Work work, std::chrono::milliseconds patience = std::chrono::seconds(3));
    /// Waits for the batches in work.
    ~StoreLanes();
    StoreLanes(const StoreLanes&) = delete;
    StoreLanes& operator=(const StoreLanes&) = delete;

    /// Waits for a free lane, then hands the batch over; `batch` comes back empty.
    void submit(Batch& batch);
    /// Until no batch is in work.
    void wait();
    /// False when none is. Throws what storing threw.
    bool busy();
    /// The results since the last call, summed up.
    StoreResult collect();

  private:
    struct Lane {
        Batch batch;
        std::uint64_t ticket = 0;
        bool working = false;
    };

    void run(std::size_t lane);
    void wait_turn(std::size_t lane, std::unique_lock<std::mutex>& lock);
    void store(std::size_t lane, std::unique_lock<std::mutex>& lock);
    void rethrow();
    void look();
    template <typename Done>
    void await(std::unique_lock<std::mutex>& lock, Done done);
    [[nodiscard]] bool idle() const { return turn_ == tickets_; }

    Work work_;
    std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<Lane, kLanes> lanes_;
    std::uint64_t tickets_ = 0;  ///< batches submitted
    std::uint64_t turn_ = 0;     ///< batches done: the ticket of the one that may store
    std::uint64_t dropped_ = 0;  ///< tickets below this one are dropped in their turn
    bool ending_ = false;
    StoreResult results_;
    std::exception_ptr failure_;
    SilenceWatch silence_;
    std::uint64_t seen_turn_ = 0;              ///< when it was looked at last
    std::array<std::thread, kLanes> threads_;  // last: started when everything they use is there
};

}  // namespace pulse::store
