#include "capture/capture_direct.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "capture/capture_writer.hpp"

namespace pulse {

CaptureDirect::~CaptureDirect() {
    if (finished_) return;
    try {
        folder_.close();
        log_capture(folder_.counts());
    } catch (const std::exception& error) {
        log::error("the capture: {}", error.what());
    }
}

void CaptureDirect::take(std::string_view lines) {
    folder_.take(lines);
    folder_.tick(mono_ms());
    check();
}

void CaptureDirect::settle() {
    folder_.settle();
    check();
}

void CaptureDirect::finish() {
    finished_ = true;
    folder_.close();
    log_capture(folder_.counts());
    check();
}

void CaptureDirect::check() const {
    if (!folder_.failure().empty())
        throw Error(Exit::kIo, fmt::format("the capture failed: {}; free some room, or do without --capture",
                                           folder_.failure()));
}

}  // namespace pulse
