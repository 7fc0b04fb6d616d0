#include "vendor/silence.hpp"

#include <algorithm>

#include "market/calendar.hpp"

namespace pulse {

SilenceVerdict judge_silence(const Quiet& quiet) {
    if (quiet.stale_after_ms > 0 && quiet.now_ms - quiet.heard_ms >= quiet.stale_after_ms)
        return SilenceVerdict::kReconnect;
    if (quiet.subscribed_wall_ms == 0) return SilenceVerdict::kFine;

    const Session session = last_session(quiet.now_wall_ms - quiet.feed_delay_ms);
    if (quiet.now_wall_ms >= session.close_ms + quiet.feed_delay_ms) return SilenceVerdict::kFine;
    const std::int64_t since =
        std::max({session.open_ms + quiet.feed_delay_ms, quiet.subscribed_wall_ms, quiet.last_trade_wall_ms});
    if (quiet.now_wall_ms - since < kQuietMs) return SilenceVerdict::kFine;
    const bool repeated_early = quiet.last_warning_wall_ms >= since &&
                                quiet.now_wall_ms - quiet.last_warning_wall_ms < kQuietRepeatMs;
    return repeated_early ? SilenceVerdict::kFine : SilenceVerdict::kWarn;
}

std::int64_t feed_delay_of(std::string_view host) {
    return host.starts_with("delayed") ? 900'000 : 0;
}

}  // namespace pulse
