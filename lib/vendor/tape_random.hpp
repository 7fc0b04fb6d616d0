#pragma once

#include <cstdint>

namespace pulse {

/// A small generator whose numbers are the same on every machine; the standard distributions are not.
/// SplitMix64 (public domain, Sebastiano Vigna): one addition and three mixes a number.
class TapeRandom {
  public:
    explicit TapeRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// 0 … limit − 1; `limit` ≥ 1.
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
    }
    /// low … high, both included.
    int between(int low, int high) {
        return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1)));
    }
    /// [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    /// True `per_million` times in a million.
    bool chance(std::uint32_t per_million) { return below(1'000'000) < per_million; }

  private:
    std::uint64_t state_;
};

/// A number that depends on the text alone (FNV-1a).
constexpr std::uint64_t tape_hash(const char* text, std::size_t size) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (std::size_t i = 0; i < size; ++i)
        hash = (hash ^ static_cast<unsigned char>(text[i])) * 0x100000001b3;
    return hash ^ (hash >> 29);
}

}  // namespace pulse
