#include "bus/patience.hpp"

#include <algorithm>

namespace pulse::bus {

namespace {

constexpr int kFirstRetryMs = 250;
constexpr int kLongestRetryMs = 5'000;
constexpr int kFirstPauseMs = 500;
constexpr int kLongestPauseMs = 30'000;
constexpr int kMostDoublings = 10;

int doubled(int first, int times, int longest) {
    return std::min(first << std::clamp(times, 0, kMostDoublings), longest);
}

}  // namespace

std::optional<int> Patience::failed() {
    if (failures_ >= max_retries_) return std::nullopt;
    return doubled(kFirstRetryMs, failures_++, kLongestRetryMs);
}

int pause_after(int failures) {
    return doubled(kFirstPauseMs, failures - 1, kLongestPauseMs);
}

}  // namespace pulse::bus
