#include "net/random_source.hpp"

#include <random>

namespace pulse {

std::function<double()> random_source() {
    return [engine = std::mt19937_64(std::random_device{}())]() mutable {
        return std::uniform_real_distribution<double>()(engine);
    };
}

}  // namespace pulse
