#pragma once

#include <cstdint>
#include <string>

namespace pulse {

/// Unix time in milliseconds. For log lines and freshness only: what happens to a trade depends on its own
/// time.
std::int64_t wall_ms();

/// Milliseconds from an arbitrary start that never go backwards. For timeouts and back-off.
std::int64_t mono_ms();

/// RFC 3339 in UTC with milliseconds: 2025-12-05T15:30:20.676Z. Valid for the years 0000 to 9999.
std::string rfc3339_ms(std::int64_t unix_ms);

}  // namespace pulse
