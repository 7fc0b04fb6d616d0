#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
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
    void clear() { size_ = 0; }
    void start_row(std::int16_t fields) { put(room(2), fields); }

    void null() { put(room(4), std::int32_t{-1}); }
    void smallint(std::int16_t value) { field(value); }
    void integer(std::int32_t value) { field(value); }
    void bigint(std::int64_t value) { field(value); }
    /// UTF-8 without NUL; the server checks.
    void text(std::string_view value);
    /// Unix milliseconds.
    void timestamptz(std::int64_t unix_ms);
    void date(Day day);
    void numeric(const Decimal& value);
    void smallint_array(std::span<const std::int16_t> values);

    /// Appends the trailer. Call once, after the last row.
    void finish() { put(room(2), std::int16_t{-1}); }
    [[nodiscard]] std::string_view data() const { return {bytes_.get(), size_}; }

  private:
    /// Writes the value in network order; gives what follows it.
    template <typename T>
    static char* put(char* at, T value) {
        if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
        std::memcpy(at, &value, sizeof value);
        return at + sizeof value;
    }

    /// A field of fixed size: its length, then its value.
    template <typename T>
    void field(T value) {
        put(put(room(4 + sizeof value), static_cast<std::int32_t>(sizeof value)), value);
    }

    /// So many bytes more, to be written by the caller at once.
    char* room(std::size_t bytes) {
        if (bytes > capacity_ - size_) grow(bytes);
        char* const at = bytes_.get() + size_;
        size_ += bytes;
        return at;
    }
    void grow(std::size_t bytes);

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace pulse::store
