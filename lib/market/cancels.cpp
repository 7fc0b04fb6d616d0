#include "market/cancels.hpp"

#include <cstddef>

namespace pulse {

CancelMatch match_cancels(std::span<const ClassEvent> events) {
    CancelMatch match;
    match.cancelled_at.resize(events.size());
    std::vector<std::size_t> standing;  // prints not taken back, newest last
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (!events[i].is_cancel) {
            standing.push_back(i);
        } else if (standing.empty()) {
            match.last_unmatched = events[i].t_ms;
        } else {
            match.cancelled_at[standing.back()] = events[i].t_ms;
            standing.pop_back();
        }
    }
    return match;
}

}  // namespace pulse
