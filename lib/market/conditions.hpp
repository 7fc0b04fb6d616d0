#pragma once

#include <cstdint>
#include <span>

namespace pulse {

/// Kinds of trade conditions by the vendor's ids (201 + OPRA upper-case letter, 227 + lower-case letter). An
/// id that isn't listed is an ordinary trade of unknown kind: new ones appear and must pass. Source: the
/// vendor's /v3/reference/conditions?asset_class=options and OPRA's message type table.
constexpr bool is_cancel_condition(int id) {
    return id == 201 || id == 203 || id == 205 || id == 207;
}
constexpr bool is_sweep_condition(int id) {
    return id == 219 || id == 228 || id == 230;
}
constexpr bool is_late_condition(int id) {
    return id == 202 || id == 204 || id == 206 || id == 208;
}
constexpr bool is_multileg_condition(int id) {
    return (id >= 232 && id <= 236) || id == 238 || id == 239 || id == 246;
}
constexpr bool is_stock_tied_condition(int id) {
    return id == 237 || (id >= 240 && id <= 245);
}
/// Auctions: mostly retail orders.
constexpr bool is_auction_condition(int id) {
    return id == 227 || id == 228 || id == 233 || id == 237 || id == 238 || id == 244;
}

/// Trades that say little about their own contract: parts of a spread, tied to stock, or reported late.
constexpr bool is_left_out_condition(int id) {
    return is_multileg_condition(id) || is_stock_tied_condition(id) || is_late_condition(id);
}

/// A cancel is a message about an earlier print, not a trade.
constexpr bool is_cancel(std::span<const std::int16_t> conditions) {
    for (const auto id : conditions)
        if (is_cancel_condition(id)) return true;
    return false;
}

}  // namespace pulse
