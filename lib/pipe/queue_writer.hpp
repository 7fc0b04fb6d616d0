#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "pipe/spool_queue.hpp"

namespace pulse {

/// A thread that writes what comes out of a SpoolQueue to a descriptor, at once and in large pieces when it
/// is behind. It may wait for the reader as long as it likes: only this thread does.
class QueueWriter {
  public:
    /// Starts the thread. `queue` and `fd` (not owned) must outlive this object; `on_failure` is called once,
    /// from the thread, when writing or reading back the spool failed.
    QueueWriter(SpoolQueue& queue, int fd, std::function<void()> on_failure);
    /// Joins the thread: call queue.finish() before.
    ~QueueWriter() { join(); }
    QueueWriter(const QueueWriter&) = delete;
    QueueWriter& operator=(const QueueWriter&) = delete;

    /// For the queue's producer, before it pushes: writes a small piece on the calling thread if everything
    /// before it is written and the descriptor is a pipe that takes it without waiting. False: push it. Saves
    /// waking the thread, which is most of a line's way through the process.
    bool write_at_once(std::string_view piece);

    /// Waits until all of the finished queue is written, or writing failed.
    void join();
    /// True once writing failed; error() then says why. From any thread.
    [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
    [[nodiscard]] const std::string& error() const noexcept { return error_; }

  private:
    void run();
    bool wrote(int error);
    void fail(std::string reason);

    SpoolQueue& queue_;
    int fd_;
    bool pipe_;  ///< fd_ is one
    std::function<void()> on_failure_;
    std::string error_;
    std::atomic<bool> failed_{false};
    std::thread thread_;  // last: it uses all of the above
};

/// True when the reading end of a pipe or socket is gone. Never waits.
bool reader_gone(int fd) noexcept;

}  // namespace pulse
