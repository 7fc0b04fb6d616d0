#include "pipe/summary.hpp"

#include <fmt/format.h>

namespace pulse {

std::string Summary::text() const {
    std::uint64_t total = 0;
    std::string reasons;
    for (const auto& [reason, count] : dropped) {
        total += count;
        if (count > 0) reasons += fmt::format("{}{}={}", reasons.empty() ? "" : " ", reason, count);
    }
    return fmt::format("received={} passed={} dropped={}{} rejected={}", received, passed, total,
                       reasons.empty() ? "" : fmt::format(" ({})", reasons), rejected);
}

}  // namespace pulse
