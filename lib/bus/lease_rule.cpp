#include "bus/lease_rule.hpp"

namespace pulse::bus {

bool LeaseRule::may_take(std::optional<std::uint64_t> revision, bool free, std::int64_t now_ms) {
    if (!revision || free) return true;
    if (*revision != revision_) {
        revision_ = *revision;
        since_ms_ = now_ms;
    }
    return now_ms - since_ms_ >= term_ms_;
}

}  // namespace pulse::bus
