#include "vendor/reconnect.hpp"

#include <algorithm>

namespace pulse {

Retry ReconnectPolicy::after(const ConnectionEnd& end, double random) {
    const bool refused = end.ending == Ending::kAuthRefused || end.ending == Ending::kSubscriptionRefused;
    const bool taken = end.ending == Ending::kMaxConnections;
    const bool proven = end.data || end.lifetime_ms >= kProvenMs;
    if (proven) failures_ = refusals_ = 0;
    ++failures_;
    if (refused && ++refusals_ >= kMaxRefusals) return {0, Exit::kAuth};
    if (max_attempts_ > 0 && failures_ >= max_attempts_ && !proven) return {0, Exit::kUnavailable};

    const unsigned doublings = std::min(failures_ - 1, 6U);
    const std::int64_t longest = std::min(kFirstDelayMs << doublings, kMaxDelayMs);
    auto delay = static_cast<std::int64_t>(static_cast<double>(longest) * (0.5 + random / 2));
    if (taken) delay += kTakenDelayMs;
    return {delay, std::nullopt};
}

}  // namespace pulse
