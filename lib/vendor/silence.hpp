#pragma once

#include <cstdint>
#include <string_view>

namespace pulse {

/// What is known about a quiet connection. Wall times are Unix ms, the others milliseconds of one clock that
/// doesn't go back. Arrival times only: on the delayed feed a trade's own time is always 15 minutes old.
struct Quiet {
    std::int64_t now_ms = 0;
    std::int64_t heard_ms = 0;        ///< last frame or pong
    std::int64_t stale_after_ms = 0;  ///< longest time without either; 0 = never mind
    std::int64_t now_wall_ms = 0;
    std::int64_t subscribed_wall_ms = 0;    ///< when the subscription was acknowledged, 0 = not yet
    std::int64_t last_trade_wall_ms = 0;    ///< when a trade last arrived, 0 = never
    std::int64_t last_warning_wall_ms = 0;  ///< when this was last warned about, 0 = never
    std::int64_t feed_delay_ms = 0;         ///< how late the feed runs on purpose
};

enum class SilenceVerdict {
    kFine,
    kReconnect,  ///< nothing heard at all: the link is dead
    kWarn,       ///< subscribed, the market is open, and no trade comes
};

/// No trade for so long in market hours is no accident: all contracts together print hundreds a second.
inline constexpr std::int64_t kQuietMs = 120'000;
/// The warning is repeated so often while it stays quiet.
inline constexpr std::int64_t kQuietRepeatMs = 900'000;

/// Judges silence by the session calendar: outside of market hours (moved by the feed's delay) a good
/// connection is simply silent.
SilenceVerdict judge_silence(const Quiet& quiet);

/// How late a host's feed runs on purpose, ms: 15 minutes for the hosts named `delayed…`, else 0.
std::int64_t feed_delay_of(std::string_view host);

}  // namespace pulse
