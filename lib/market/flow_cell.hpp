#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "market/occ_symbol.hpp"

namespace pulse {

/// Days to expiry, in the groups that flow is compared within.
inline constexpr std::array<std::string_view, 5> kDteBuckets{"0", "1-2", "3-7", "8-14", "15-30"};

/// Index into kDteBuckets; nothing for a dte below 0 or above 30, which no cell holds.
constexpr std::optional<int> dte_bucket(int dte) {
    if (dte < 0 || dte > 30) return std::nullopt;
    return dte == 0 ? 0 : dte <= 2 ? 1 : dte <= 7 ? 2 : dte <= 14 ? 3 : 4;
}

/// Half hours of a session are called by their start in New York: `09:30`, `10:00`, … `15:30`. `index` from
/// 0.
std::string slot_name(int index);
inline constexpr int kSlotMinutes = 30;

}  // namespace pulse
