#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "capture/capture_lines.hpp"

namespace pulse {

/// Lines on their way from a producer that never waits to the thread that writes them. What is lost because
/// it is full travels with the lines behind it, so that the reader hears of it in order. One producer, one
/// consumer.
class CaptureQueue {
  public:
    struct Item {
        CaptureLoss lost;  ///< before `lines`
        std::string lines;
    };
    enum class Taken { kItem, kTimeout, kEnd };

    explicit CaptureQueue(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Takes a copy, or, when there is no room, nothing. Once it was full it takes nothing until half of it
    /// is empty again.
    bool push(std::string_view lines);
    /// Tells of what push() refused.
    void lost(const CaptureLoss& loss);
    /// No more will come.
    void finish();

    /// Moves the next piece into `out`, whose memory is used again. Small pieces may wait until `timeout_ms`
    /// is over: nobody is in a hurry, and waking a thread for each would cost the producer.
    Taken take(Item& out, int timeout_ms);

    [[nodiscard]] std::size_t bytes() const;

  private:
    [[nodiscard]] bool worth_waking() const { return finished_ || items_.size() > 1; }

    const std::size_t most_bytes_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Item> items_;
    std::string spare_;  ///< memory to use again
    std::size_t bytes_ = 0;
    bool full_ = false;
    bool finished_ = false;
};

}  // namespace pulse
