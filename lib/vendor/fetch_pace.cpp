#include "vendor/fetch_pace.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace pulse {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr double kNsPerSecond = 1e9;
constexpr double kLongestIntervalNs =
    86'400e9;  // a day: slower makes no sense and would leave the number range
constexpr std::int64_t kLongestRetryAfterMs = 600'000;
constexpr std::int64_t kUnclearRetryAfterMs = 60'000;
constexpr std::int64_t kFirstBackOffMs = 500;
constexpr std::int64_t kLongestBackOffMs = 30'000;

}  // namespace

RateLimit::RateLimit(double rate) : even_ns_(INT64_MIN / 2) {
    if (!(rate > 0)) return;
    interval_ns_ = std::llround(std::min(std::ceil(kNsPerSecond / rate), kLongestIntervalNs));
    if (rate >= 20) slack_ns_ = (std::llround(std::floor(std::min(rate, 1e6) / 10)) - 1) * interval_ns_;
}

std::int64_t RateLimit::ready_ms() const {
    if (interval_ns_ == 0) return INT64_MIN;
    const std::int64_t ready_ns = even_ns_ - slack_ns_;
    return ready_ns / kNsPerMs + (ready_ns % kNsPerMs > 0 ? 1 : 0);
}

void RateLimit::take(std::int64_t now_ms) {
    even_ns_ = std::max(even_ns_, now_ms * kNsPerMs) + interval_ns_;
}

void Throttle::refused(std::int64_t started_ms, std::int64_t now_ms,
                       const std::optional<std::string>& retry_after) {
    const std::int64_t asked_ms = retry_after_ms(retry_after).value_or(0);
    if (started_ms > begun_ms_) {
        const std::int64_t own_ms = std::min(kFirstPauseMs << std::min(pauses_, 10U), kLongestPauseMs);
        ++pauses_;
        if (own_ms == kLongestPauseMs) ++longest_pauses_;
        begun_before_ms_ = begun_ms_;
        begun_ms_ = now_ms;
        until_ms_ = std::max(until_ms_, now_ms + own_ms);
    }
    until_ms_ = std::max(until_ms_, now_ms + asked_ms);
}

// An answer to a request from before the pause says nothing about whether the pause has helped, but the pause
// before it has: then this one counts as the first.
void Throttle::answered(std::int64_t started_ms) {
    if (started_ms > begun_before_ms_) {
        pauses_ = started_ms > begun_ms_ ? 0 : std::min(pauses_, 1U);
        longest_pauses_ = 0;
    }
}

std::optional<std::int64_t> retry_after_ms(const std::optional<std::string>& header) {
    if (!header) return std::nullopt;
    std::string_view text = *header;
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (text.empty()) return std::nullopt;
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return kUnclearRetryAfterMs;
    std::int64_t seconds = 0;
    const auto error = std::from_chars(text.data(), text.data() + text.size(), seconds).ec;
    if (error != std::errc{} || seconds > kLongestRetryAfterMs / 1000) return kLongestRetryAfterMs;
    return seconds * 1000;
}

std::int64_t back_off_ms(unsigned failures, double random) {
    const unsigned doublings = std::min(failures - 1, 10U);
    const std::int64_t longest = std::min(kFirstBackOffMs << doublings, kLongestBackOffMs);
    return static_cast<std::int64_t>(static_cast<double>(longest) * (0.5 + random / 2));
}

}  // namespace pulse
