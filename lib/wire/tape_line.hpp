#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "market/tape_print.hpp"

namespace pulse {

/// Reads trade lines of the tape in the spellings that are usual behind our own tools: as the vendor's socket
/// sends them, as backfill-fetch writes history, each with or without the fields that occ-filter appends:
///   {"ev":"T","sym":"O:…","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857}
///   {"ev":"T","sym":"O:…","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"ns":…,"src":"rest"}
///   {…,"ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"premium":85000,"dte":14}
/// Also without `c`. Not thread-safe: one a thread.
class TapeLineReader {
  public:
    /// Bytes that must be readable (any content) behind a line.
    static constexpr std::size_t kPadding = 96;

    /// `line`: without newline and CR. True: it is valid JSON, its symbol is an OCC symbol, and `print` is
    /// what the full parser makes of it; views are valid as long as the line, and conditions until the next
    /// call. False means only "not that shape": ask the full parser; `print` is unspecified then.
    bool read(std::string_view line, TapePrint& print);

    /// Did the line read last carry all the fields that occ-filter appends? (In these spellings it is all or
    /// none.)
    [[nodiscard]] bool derived() const { return derived_; }

  private:
    bool is_date(const char* digits);

    bool derived_ = false;
    std::array<std::int16_t, 32> conditions_{};
    std::array<std::uint64_t, 256> dates_{};  ///< six digits each that are a date, by their hash
};

}  // namespace pulse
