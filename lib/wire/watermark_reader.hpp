#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "wire/watermark.hpp"

namespace pulse {

/// Reads watermark records. Not thread-safe: one a thread.
class WatermarkReader {
  public:
    WatermarkReader();
    ~WatermarkReader();
    WatermarkReader(WatermarkReader&&) noexcept;
    WatermarkReader& operator=(WatermarkReader&&) noexcept;

    /// The watermark in a line with `"ev":"W"` (any memory, no newline), or nothing when a field is missing
    /// or of the wrong type. `session` may be absent: it is empty then.
    std::optional<Watermark> read(std::string_view line);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
