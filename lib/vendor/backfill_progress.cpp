#include "vendor/backfill_progress.hpp"

#include <fmt/format.h>

#include <cmath>

namespace pulse {

namespace {
constexpr std::int64_t kSpanMs = 30'000;
constexpr std::int64_t kSampleMs = 500;
}  // namespace

void BackfillProgress::update(const TradesProgress& progress, std::uint64_t requests, std::int64_t now_ms) {
    now_ = progress;
    const Sample sample{now_ms, requests, progress.contracts_done};
    // The newest sample is always now; older ones stand half a second or more apart.
    if (samples_.size() >= 2 && samples_.back().ms - samples_[samples_.size() - 2].ms < kSampleMs)
        samples_.back() = sample;
    else
        samples_.push_back(sample);
    while (samples_.size() > 2 && now_ms - samples_[1].ms >= kSpanMs) samples_.pop_front();
}

double BackfillProgress::per_second(std::uint64_t Sample::* count) const {
    if (samples_.size() < 2 || samples_.back().ms == samples_.front().ms) return 0;
    return 1000.0 * static_cast<double>(samples_.back().*count - samples_.front().*count) /
           static_cast<double>(samples_.back().ms - samples_.front().ms);
}

std::optional<std::int64_t> BackfillProgress::seconds_left() const {
    const double speed = per_second(&Sample::contracts);
    if (speed <= 0 || now_.contracts_total == 0) return std::nullopt;
    return std::llround(static_cast<double>(now_.contracts_total - now_.contracts_done) / speed);
}

std::string BackfillProgress::text() const {
    const double requests = per_second(&Sample::requests);
    const std::string speed = fmt::format("{:.{}f} requests/s", requests, requests < 9.5 ? 1 : 0);
    if (now_.contracts_total == 0) return fmt::format("listing contracts  {}", speed);
    const auto left = seconds_left();
    return fmt::format("{}  contracts {}/{}  rows {}  kept {}  {}  ETA {}", now_.ticker,
                       grouped(now_.contracts_done), grouped(now_.contracts_total), rounded(now_.rows),
                       rounded(now_.kept), speed, left ? duration_text(*left) : "?");
}

std::string grouped(std::uint64_t count) {
    std::string text = std::to_string(count);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
    return text;
}

std::string rounded(std::uint64_t count) {
    if (count < 1'000'000) return grouped(count);
    const bool giga = count >= 1'000'000'000;
    return fmt::format("{:.1f} {}", static_cast<double>(count) / (giga ? 1e9 : 1e6), giga ? 'G' : 'M');
}

std::string duration_text(std::int64_t seconds) {
    const auto hours = seconds / 3600, minutes = seconds / 60 % 60, rest = seconds % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
                     : fmt::format("{}:{:02}", minutes, rest);
}

}  // namespace pulse
