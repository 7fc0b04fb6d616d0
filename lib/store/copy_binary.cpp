#include "store/copy_binary.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace pulse::store {

namespace {

using namespace std::string_view_literals;

constexpr auto kHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;  // signature, no flags, no header extension
constexpr std::int64_t kPostgresEpochMs = 946'684'800'000;        // 2000-01-01
constexpr Day kPostgresEpochDay = 10'957;
constexpr std::int32_t kInt2Oid = 21;

template <typename T>
void append_big_endian(std::string& out, T value) {
    std::array<char, sizeof(T)> raw{};
    if constexpr (std::endian::native == std::endian::little) {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            raw[i] = static_cast<char>(
                static_cast<std::make_unsigned_t<T>>(value) >> (8 * (sizeof(T) - 1 - i)) & 0xff);
    } else {
        std::memcpy(raw.data(), &value, sizeof(T));
    }
    out.append(raw.data(), raw.size());
}

constexpr std::array<std::uint64_t, 19> make_powers() {
    std::array<std::uint64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}
constexpr auto kPower = make_powers();

// PostgreSQL's numeric: digits to base 10,000, the first one worth 10,000^weight, without zeros at either
// end.
struct BaseTenThousand {
    std::array<std::int16_t, 12> digits{};
    std::size_t count = 0;
    int weight = 0;

    BaseTenThousand(std::uint64_t value, int scale) {
        add_whole(value / kPower[static_cast<std::size_t>(scale)]);
        add_fraction(value % kPower[static_cast<std::size_t>(scale)], scale);
        while (count > 0 && digits[count - 1] == 0) --count;
        if (count == 0) weight = 0;
    }

  private:
    void add(std::uint64_t digit) { digits[count++] = static_cast<std::int16_t>(digit); }

    void add_whole(std::uint64_t whole) {
        std::size_t groups = 0;
        while (groups < 5 && whole >= (groups == 0 ? 1 : kPower[4 * groups])) ++groups;
        weight = static_cast<int>(groups) - 1;
        for (; groups > 0; --groups) add(whole / kPower[4 * (groups - 1)] % 10'000);
    }

    void add_fraction(std::uint64_t fraction, int scale) {
        while (scale > 0) {
            const int taken = scale < 4 ? scale : 4;
            scale -= taken;
            const auto rest = kPower[static_cast<std::size_t>(scale)];
            const auto digit = fraction / rest * kPower[static_cast<std::size_t>(4 - taken)];
            fraction %= rest;
            if (count == 0 && digit == 0)
                --weight;
            else
                add(digit);
        }
    }
};

}  // namespace

void CopyBuffer::put16(std::int16_t value) {
    append_big_endian(bytes_, value);
}
void CopyBuffer::put32(std::int32_t value) {
    append_big_endian(bytes_, value);
}
void CopyBuffer::put64(std::int64_t value) {
    append_big_endian(bytes_, value);
}

void CopyBuffer::start() {
    bytes_.assign(kHeader);
}

void CopyBuffer::smallint(std::int16_t value) {
    put32(2);
    put16(value);
}

void CopyBuffer::integer(std::int32_t value) {
    put32(4);
    put32(value);
}

void CopyBuffer::bigint(std::int64_t value) {
    put32(8);
    put64(value);
}

void CopyBuffer::text(std::string_view value) {
    put32(static_cast<std::int32_t>(value.size()));
    bytes_.append(value);
}

void CopyBuffer::timestamptz(std::int64_t unix_ms) {
    bigint((unix_ms - kPostgresEpochMs) * 1000);
}
void CopyBuffer::date(Day day) {
    integer(day - kPostgresEpochDay);
}

void CopyBuffer::numeric(const Decimal& value) {
    const bool negative = value.digits < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(value.digits) : static_cast<std::uint64_t>(value.digits);
    const BaseTenThousand parts(magnitude, value.scale);
    put32(static_cast<std::int32_t>(8 + 2 * parts.count));
    put16(static_cast<std::int16_t>(parts.count));
    put16(static_cast<std::int16_t>(parts.weight));
    put16(negative ? 0x4000 : 0);
    put16(static_cast<std::int16_t>(value.scale));
    for (std::size_t i = 0; i < parts.count; ++i) put16(parts.digits[i]);
}

void CopyBuffer::smallint_array(std::span<const std::int16_t> values) {
    if (values.empty()) {
        put32(12);
        put32(0);
        put32(0);
        put32(kInt2Oid);
        return;
    }
    put32(static_cast<std::int32_t>(20 + 6 * values.size()));
    put32(1);  // dimensions
    put32(0);  // no nulls
    put32(kInt2Oid);
    put32(static_cast<std::int32_t>(values.size()));
    put32(1);  // lower bound
    for (const auto value : values) smallint(value);
}

}  // namespace pulse::store
