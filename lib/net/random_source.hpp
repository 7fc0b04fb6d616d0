#pragma once

#include <functional>

namespace pulse {

/// Numbers evenly spread over [0, 1), other ones in each process: the jitter of a FetchScheduler.
std::function<double()> random_source();

}  // namespace pulse
