#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "vendor/handshake.hpp"

namespace pulse {

/// How a connection went, for deciding what comes after it.
struct ConnectionEnd {
    Ending ending = Ending::kDropped;
    bool data = false;             ///< at least one trade arrived
    std::int64_t lifetime_ms = 0;  ///< since the subscription was acknowledged; 0 if it never was
};

/// Wait and try again, or give up.
struct Retry {
    std::int64_t delay_ms = 0;
    std::optional<Exit> stop;  ///< set: give up with this status
};

/// When to try again: 0.5 s doubling to 30 s, each drawn between half and all of it, so that many clients
/// don't come back at once. Only data or ten seconds of subscribed life prove a connection good and start the
/// doubling over: the vendor's max_connections comes after auth_success and even after the acknowledgement.
class ReconnectPolicy {
  public:
    /// `max_attempts`: give up after so many failures in a row, 0 = never.
    explicit ReconnectPolicy(unsigned max_attempts) : max_attempts_(max_attempts) {}

    /// `random`: evenly spread over [0, 1).
    Retry after(const ConnectionEnd& end, double random);

    /// Failures in a row so far.
    [[nodiscard]] unsigned failures() const { return failures_; }
    [[nodiscard]] unsigned refusals() const { return refusals_; }

    static constexpr std::int64_t kFirstDelayMs = 500;
    static constexpr std::int64_t kMaxDelayMs = 30'000;
    static constexpr std::int64_t kTakenDelayMs = 60'000;  ///< after max_connections, at least
    static constexpr std::int64_t kProvenMs = 10'000;
    static constexpr unsigned kMaxRefusals = 3;

  private:
    unsigned max_attempts_;
    unsigned failures_ = 0;
    unsigned refusals_ = 0;
};

}  // namespace pulse
