#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>

#include "pipe/line_blocks.hpp"

namespace pulse {

class FilterRun;

/// Filters one JSON input on several threads. A thread takes the next block under a lock, filters it alone,
/// and waits its turn to emit, so output, log lines and rejects keep the input's order.
class FilterPool {
  public:
    FilterPool(FilterRun& run, LineBlocks& blocks, unsigned jobs) : run_(run), blocks_(blocks), jobs_(jobs) {}

    /// Runs to the end of the input (kEnd) or a stop (kStopped). Rethrows the first failure of any thread.
    LineBlocks::Status run();

  private:
    struct Ticket {
        LineBlocks::Status status;
        std::string_view text;
        std::uint64_t turn;
        bool flush;  ///< no more input is waiting
    };

    void work();
    bool take(Ticket& ticket, std::unique_ptr<char[]>& buffer);
    bool wait_for_turn(std::uint64_t turn);
    void finish_turn(std::exception_ptr failure);

    FilterRun& run_;
    LineBlocks& blocks_;
    unsigned jobs_;

    std::mutex input_mutex_;  ///< guards blocks_, next_turn_, end_status_
    std::uint64_t next_turn_ = 0;
    LineBlocks::Status end_status_ = LineBlocks::Status::kLines;

    std::mutex turn_mutex_;  ///< guards turn_, failure_
    std::condition_variable turn_changed_;
    std::uint64_t turn_ = 0;
    std::exception_ptr failure_;
};

}  // namespace pulse
