#include "vendor/live_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pulse {

namespace {

constexpr std::int64_t kPeriodMs = 1000;
constexpr std::int64_t kFutureMs = 60'000;

}  // namespace

void LiveCoverage::begin() {
    end();
    active_ = true;
    not_before_ms_ = 0;
}

void LiveCoverage::delivered(const TimeSpan& times, std::int64_t now_wall_ms) {
    if (!active_ || times.empty()) return;
    const std::int64_t latest = now_wall_ms + kFutureMs;
    const std::int64_t highest =
        times.highest <= latest ? times.highest : (times.has_first ? times.first : 0);
    if (highest > latest) return;
    if (!current_) {
        if (!times.has_first) return;
        const std::int64_t from = std::max(times.first, not_before_ms_);
        if (from > highest) return;
        current_ = Interval{++intervals_, from, from};
        written_to_ms_ = 0;
    }
    current_->to_ms = std::max(current_->to_ms, highest);
}

void LiveCoverage::lost(const TimeSpan& times) {
    if (times.empty()) return;
    if (current_) finish_interval(*current_, std::min(current_->to_ms, times.lowest - 1));
    not_before_ms_ = std::max(not_before_ms_, times.highest + 1);
}

void LiveCoverage::end(bool cut) {
    if (current_) finish_interval(*current_, cut ? current_->to_ms - 1 : current_->to_ms);
    active_ = false;
}

std::optional<Watermark> LiveCoverage::due(std::int64_t now_ms) const {
    if (!ended_.empty()) return watermark(ended_.front());
    if (!current_ || current_->to_ms <= written_to_ms_) return std::nullopt;
    if (last_written_ms_ && now_ms - *last_written_ms_ < kPeriodMs) return std::nullopt;
    return watermark(*current_);
}

void LiveCoverage::written(std::int64_t now_ms) {
    last_written_ms_ = now_ms;
    if (!ended_.empty()) {
        ended_.pop_front();
    } else if (current_) {
        written_to_ms_ = current_->to_ms;
    }
}

Watermark LiveCoverage::watermark(const Interval& interval) const {
    return {"live", fmt::format("{}.{}", session_prefix_, interval.number), tickers_, interval.from_ms,
            interval.to_ms};
}

void LiveCoverage::finish_interval(Interval interval, std::int64_t to_ms) {
    current_.reset();
    interval.to_ms = to_ms;
    if (to_ms >= interval.from_ms && to_ms > written_to_ms_) ended_.push_back(interval);
}

}  // namespace pulse
