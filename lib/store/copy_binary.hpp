#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "market/date.hpp"
#include "market/decimal.hpp"

namespace pulse::store {

/// Builds the data of one COPY … FROM STDIN (FORMAT binary). Formats: PostgreSQL manual, COPY, "Binary
/// Format", and the types' receive functions (numeric_recv, timestamptz_recv, date_recv, array_recv). Field
/// types must be those of the columns exactly: the server doesn't convert.
class CopyBuffer {
  public:
    /// The header. Call once, before the first row.
    void start();
    /// Empties the buffer, keeping its memory: what it held was sent.
    void clear() { bytes_.clear(); }
    void start_row(std::int16_t fields) { put16(fields); }

    void null() { put32(-1); }
    void smallint(std::int16_t value);
    void integer(std::int32_t value);
    void bigint(std::int64_t value);
    /// UTF-8 without NUL; the server checks.
    void text(std::string_view value);
    /// Unix milliseconds.
    void timestamptz(std::int64_t unix_ms);
    void date(Day day);
    void numeric(const Decimal& value);
    void smallint_array(std::span<const std::int16_t> values);

    /// Appends the trailer. Call once, after the last row.
    void finish() { put16(-1); }
    [[nodiscard]] std::string_view data() const { return bytes_; }

  private:
    void put16(std::int16_t value);
    void put32(std::int32_t value);
    void put64(std::int64_t value);

    std::string bytes_;
};

}  // namespace pulse::store
