#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "market/calendar.hpp"
#include "vendor/tape_random.hpp"

namespace pulse {

/// When prints arrive: busy at the open, quiet at noon, busy at the close, and uneven in the small.
class TapeClock {
  public:
    /// Spreads `prints` ≥ 1 arrivals over the session.
    TapeClock(const Session& session, std::uint64_t prints, std::uint64_t seed);

    /// Unix ms of arrival `index`, inside the session. Never less than that of an earlier one; ask in
    /// ascending order.
    std::int64_t at(std::uint64_t index);

  private:
    static constexpr std::size_t kBlock = 256;  // arrivals whose gaps are drawn together

    void draw_block();

    Session session_;
    double prints_;
    TapeRandom random_;
    std::vector<double> quantile_;  // share of arrivals → share of the session
    std::array<double, kBlock> offset_{};
    std::uint64_t block_ = 0;
};

}  // namespace pulse
