#pragma once

#include <cstdint>
#include <memory>

#include "vendor/sim_session.hpp"

namespace pulse {

/// The simulated vendor as a whole: makes the sessions and keeps the account's limit of one connection. The
/// older one is evicted when the newer one has authenticated, as most observers of the vendor report.
class SimHub {
  public:
    explicit SimHub(SimConfig config) : config_(std::move(config)), place_{-1, TapeCursor(config_.tape)} {}

    /// A session for a connection that opened at `now_ms`. It must be destroyed before the hub, when its
    /// connection ends.
    std::unique_ptr<WsPeer> connect(std::int64_t now_ms);

    [[nodiscard]] const SimCounts& counts() const { return counts_; }
    /// Under SimAtEnd::kExit: a connection got all of the tape and has ended.
    [[nodiscard]] bool finished() const { return counts_.tape_finished && open_ == 0; }

  private:
    class Member;

    SimConfig config_;
    SimCounts counts_;
    SimTapePlace place_;
    Member* holder_ = nullptr;  ///< the authenticated connection
    unsigned opened_ = 0;
    unsigned open_ = 0;
};

}  // namespace pulse
