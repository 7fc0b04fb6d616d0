#include "vendor/tape_clock.hpp"

#include <algorithm>

namespace pulse {

namespace {

constexpr std::size_t kQuantiles = 4096;

// Share of the day's prints before the share `x` of the session: the integral of 0.7 + 0.9 (2x - 1)² - 0.3
// (2x - 1), a U with its higher arm at the open.
double arrived(double x) {
    const double y = 2 * x - 1;
    return 0.7 * x + 0.9 * (y * y * y + 1) / 6 - 0.3 * (y * y - 1) / 4;
}

}  // namespace

TapeClock::TapeClock(const Session& session, std::uint64_t prints, std::uint64_t seed)
    : session_(session), prints_(static_cast<double>(prints)), random_(seed) {
    double x = 0;
    for (std::size_t i = 0; i <= kQuantiles; ++i) {
        const double target = static_cast<double>(i) / kQuantiles;
        double high = 1;
        double low = x;
        for (int step = 0; step < 40; ++step) {
            const double middle = (low + high) / 2;
            (arrived(middle) < target ? low : high) = middle;
        }
        x = low;
        quantile_.push_back(x);
    }
    draw_block();
}

// Gaps between arrivals are squares of uniform numbers: mostly small, some long, as on a real tape.
void TapeClock::draw_block() {
    double sum = 0;
    for (auto& offset : offset_) {
        const double u = random_.unit();
        sum += u * u;
        offset = sum;
    }
    const double last = sum + 1.0 / 3;
    for (auto& offset : offset_) offset *= kBlock / last;
}

std::int64_t TapeClock::at(std::uint64_t index) {
    if (index / kBlock != block_) {
        block_ = index / kBlock;
        draw_block();
    }
    const double arrival = static_cast<double>(block_ * kBlock) + offset_[index % kBlock];
    const double share = std::min(arrival / prints_, 1.0) * kQuantiles;
    const auto cell = std::min(static_cast<std::size_t>(share), kQuantiles - 1);
    const double x =
        quantile_[cell] + (quantile_[cell + 1] - quantile_[cell]) * (share - static_cast<double>(cell));
    const auto length = static_cast<double>(session_.close_ms - session_.open_ms);
    return std::min(session_.open_ms + static_cast<std::int64_t>(x * length), session_.close_ms - 1);
}

}  // namespace pulse
