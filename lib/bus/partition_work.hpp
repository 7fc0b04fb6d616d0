#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/child.hpp"
#include "bus/each_run.hpp"
#include "bus/lease.hpp"
#include "bus/link.hpp"
#include "bus/puller.hpp"

namespace pulse::bus {

/// What became of batches.
struct WorkCounts {
    std::uint64_t received = 0;  ///< records handed to the command
    std::uint64_t passed = 0;    ///< of these, acknowledged
    std::uint64_t batches = 0;
    std::uint64_t failures = 0;  ///< of the command
    std::uint64_t again = 0;     ///< messages that had been delivered before
};

/// One partition: the right to work on it, its consumer, the batch at hand. All that is passed to the
/// constructor by reference must outlive it. Not thread-safe. Its functions throw Passing and Error.
class PartitionWork {
  public:
    /// `argv`: the command. `leases`: the stream of the leases. `holder`: a name no other process has.
    PartitionWork(const Link& link, unsigned number, const EachOptions& options,
                  const std::vector<std::string>& argv, const std::string& leases, const std::string& holder);

    /// Nothing waits here, nor is anything unacknowledged.
    [[nodiscard]] bool empty() const { return puller_.backlog().empty(); }
    /// Takes the right to work here, unless somebody else has it.
    bool take() { return lease_.try_take(); }
    /// Works on one batch, with the right to. True when it was full and is done: more is likely to wait.
    bool serve();
    /// Gives back what is at hand, if anything still is, and the right to work here.
    void let_go();

    /// The exit status to end with when the command has failed too often in a row; 0: it hasn't.
    [[nodiscard]] int code() const { return code_; }
    [[nodiscard]] const WorkCounts& counts() const { return counts_; }

  private:
    [[nodiscard]] std::int64_t ack_wait_ms() const { return std::int64_t{options_.ack_wait_s} * 1'000; }
    [[nodiscard]] int sign_interval_ms() const;
    bool fetch();
    bool complete();
    bool work(const std::string& text);
    void tell(const ChildEnd& end, int failures) const;
    bool pause(int pause_ms);
    void sign_of_life();

    const Link& link_;
    unsigned number_;
    const EachOptions& options_;
    const std::vector<std::string>& argv_;
    Puller puller_;
    Lease lease_;
    Batch batch_;
    std::int64_t sign_ms_ = 0;  ///< when the last sign of life was given
    bool lost_ = false;         ///< somebody else took the lease while the batch was at hand
    int code_ = 0;
    WorkCounts counts_;
};

}  // namespace pulse::bus
