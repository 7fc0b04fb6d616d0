#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulse {

/// The counts a tool prints when it ends: received = passed + dropped (by reason) + rejected.
struct Summary {
    std::uint64_t received = 0;
    std::uint64_t passed = 0;
    std::vector<std::pair<std::string_view, std::uint64_t>>
        dropped;  ///< reason and count; zero counts aren't printed
    std::uint64_t rejected = 0;

    /// `received=9 passed=4 dropped=3 (premium=2 max_dte=1) rejected=2`
    [[nodiscard]] std::string text() const;
};

}  // namespace pulse
