#pragma once

#include <cstdint>
#include <string>

#include "capture/capture_names.hpp"

namespace CLI {
class App;
}

namespace pulse {

/// The options of the tools that can keep what they write.
struct CaptureOptions {
    std::string directory;  ///< empty: nothing is kept
    int days = 30;
    std::uint64_t mib = 0;

    [[nodiscard]] bool on() const { return !directory.empty(); }
    [[nodiscard]] CaptureKeep keep() const { return {days, mib << 20}; }
};

void declare_capture(CLI::App& app, CaptureOptions& o);

/// Throws Error(kUsage) when a capture of this date would be removed as soon as it is there.
void check_capture_keeps(const CaptureOptions& o, Day first, Day today);

}  // namespace pulse
