#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "wire/record.hpp"
#include "wire/watermark_reader.hpp"

namespace pulse {

/// What the capture has to know of a line.
struct CapturedLine {
    enum class Kind {
        kTrade,      ///< `t_ms` is its time
        kWatermark,  ///< `t_ms` is its `to`; CaptureLineReader::watermark() has it
        kMarker,     ///< a watermark without tickers: a history source starts over
        kOther,      ///< no time is known
    };
    Kind kind = Kind::kOther;
    std::int64_t t_ms = 0;  ///< Unix ms
};

/// Finds the event time of the lines that our own tools write. Not thread-safe: one a thread.
class CaptureLineReader {
  public:
    /// `line`: without newline, not empty, any memory. A time that no date can be given for (before 1970,
    /// after 9999) is not known.
    CapturedLine read(std::string_view line);
    /// Of the last line that was one.
    [[nodiscard]] const Watermark& watermark() const { return watermark_; }

  private:
    CapturedLine read_watermark(std::string_view line);

    RecordParser parser_;
    WatermarkReader watermarks_;
    Watermark watermark_;
};

/// Trades come from no later than a minute after the clock of the wall.
constexpr std::int64_t latest_trade_ms(std::int64_t now_wall_ms) {
    return now_wall_ms + 60'000;
}

/// Lines that the capture doesn't have, and up to which event time they reached.
struct CaptureLoss {
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
    std::uint64_t lines = 0;
    std::int64_t to_ms = kNever;  ///< of the latest trade among them

    void add(const CaptureLoss& other);
    [[nodiscard]] bool empty() const { return lines == 0 && to_ms == kNever; }
};

/// What is lost with these whole lines. Times after `latest_ms`, damage, are ignored: they would take the
/// claims of all that follows.
CaptureLoss loss_of(std::string_view lines, CaptureLineReader& reader, std::int64_t latest_ms);

/// The watermark as far as it is true where trades up to `lost_to_ms` are missing: it begins behind them.
/// Nothing when that leaves nothing.
std::optional<Watermark> watermark_behind(const Watermark& watermark, std::int64_t lost_to_ms);

}  // namespace pulse
