#include "market/seen_prints.hpp"

#include <algorithm>

namespace pulse {

bool SeenPrints::first_time(std::int64_t t_ms, std::uint64_t identity, std::int64_t oldest_ms) {
    const auto earlier = [](const Entry& entry, std::int64_t t) { return entry.t_ms < t; };
    auto at = entries_.end();
    if (!entries_.empty() && entries_.back().t_ms >= t_ms)
        at = std::lower_bound(entries_.begin(), entries_.end(), t_ms, earlier);
    for (; at != entries_.end() && at->t_ms == t_ms; ++at)
        if (at->identity == identity) return false;
    if (entries_.size() < entries_.capacity()) {
        entries_.insert(at, {t_ms, identity});
        return true;
    }
    const auto place = at - entries_.begin();
    const auto forgotten = make_room(oldest_ms);
    entries_.insert(entries_.begin() + std::max<std::ptrdiff_t>(0, place - forgotten), {t_ms, identity});
    return true;
}

// Only now: where the oldest are is another place of memory, which costs more than all the rest. Grows when
// less than a quarter is free then, so that it happens once in a while, and by halves, since many contracts
// have few prints.
std::ptrdiff_t SeenPrints::make_room(std::int64_t oldest_ms) {
    const auto kept = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.t_ms >= oldest_ms; });
    const auto forgotten = kept - entries_.begin();
    entries_.erase(entries_.begin(), kept);
    if (entries_.size() >= entries_.capacity() / 4 * 3)
        entries_.reserve(entries_.capacity() + std::max<std::size_t>(4, entries_.capacity() / 2));
    return forgotten;
}

}  // namespace pulse
