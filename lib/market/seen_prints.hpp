#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pulse {

/// A number for what makes two deliveries of a contract's instant the same one. Different ones share it as
/// good as never.
constexpr std::uint64_t print_identity(std::uint64_t sequence, std::uint64_t price, std::uint64_t rest) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
    std::uint64_t bits = sequence * kOdd;
    bits = (bits ^ bits >> 32 ^ price) * kOdd;
    bits = (bits ^ bits >> 32 ^ rest) * kOdd;
    return bits ^ bits >> 32;
}

/// Which prints and cancels of a contract were there before: 16 bytes each, of as long a time as asked for.
class SeenPrints {
  public:
    /// False when one of this time and identity was shown before. Those before `oldest_ms` may be forgotten.
    bool first_time(std::int64_t t_ms, std::uint64_t identity, std::int64_t oldest_ms);

    /// Says that first_time() comes soon: its memory is seldom near.
    void prefetch() const { __builtin_prefetch(entries_.data() + entries_.size(), 1); }

  private:
    struct Entry {
        std::int64_t t_ms;
        std::uint64_t identity;
    };
    std::ptrdiff_t make_room(std::int64_t oldest_ms);

    std::vector<Entry> entries_;  ///< by time
};

}  // namespace pulse
