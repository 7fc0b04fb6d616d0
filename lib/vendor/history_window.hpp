#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "market/date.hpp"

namespace pulse {

/// A stretch of one ticker's tape that is to be fetched and, once all of it is written, promised by a
/// watermark.
struct HistoryWindow {
    std::string ticker;
    Day session{};
    std::int64_t begin_ms = 0;  ///< fetched: begin ≤ SIP time < end, Unix ms
    std::int64_t end_ms = 0;
    std::int64_t from_ms = 0;  ///< the watermark, both inclusive
    std::int64_t to_ms = 0;
};

}  // namespace pulse
