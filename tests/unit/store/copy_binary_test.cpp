#include "store/copy_binary.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string>

#include "catch.hpp"

using namespace pulse;
using namespace pulse::store;

namespace {

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text += kDigits[static_cast<unsigned char>(c) >> 4];
        text += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string numeric(std::int64_t digits, std::int32_t scale) {
    CopyBuffer buffer;
    buffer.numeric({digits, scale});
    return hex(buffer.data());
}

std::int64_t scaled(Decimal value, std::int32_t scale) {
    for (; value.scale < scale; ++value.scale) value.digits *= 10;
    return value.digits;
}

std::int64_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::int16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                     static_cast<unsigned char>(bytes[at + 1]));
}

/// Writes a value and reads it back, the slow and obvious way.
std::optional<Decimal> read_numeric(const Decimal& value) {
    CopyBuffer buffer;
    buffer.numeric(value);
    const std::string_view bytes = buffer.data();
    const auto count = number_at(bytes, 4);
    const auto weight = number_at(bytes, 6);
    CHECK(bytes.size() == 12 + 2 * static_cast<std::size_t>(count));
    CHECK(number_at(bytes, 2) == static_cast<std::int64_t>(bytes.size()) - 4);
    CHECK(number_at(bytes, 10) == value.scale);
    std::optional<Decimal> sum = Decimal{};
    for (std::int64_t i = 0; i < count; ++i) {
        const auto digit = number_at(bytes, 12 + 2 * static_cast<std::size_t>(i));
        CHECK((digit >= 0 && digit < 10'000));
        CHECK((digit != 0 || (i > 0 && i + 1 < count)));
        const auto part = make_decimal(digit, static_cast<std::int32_t>(-4 * (weight - i)));
        const std::int32_t scale = std::max(sum->scale, part->scale);
        sum = make_decimal(scaled(*sum, scale) + scaled(*part, scale), scale);
    }
    return sum;
}

}  // namespace

// Expected bytes: `COPY (SELECT …) TO STDOUT (FORMAT binary)` of PostgreSQL 15.
TEST_CASE("numeric is base 10,000 with weight and scale") {
    CHECK(numeric(0, 0) == "000000080000000000000000");
    CHECK(numeric(1, 0) == "0000000a00010000000000000001");
    CHECK(numeric(85, 1) == "0000000c000200000000000100081388");
    CHECK(numeric(-85, 1) == "0000000c000200004000000100081388");
    CHECK(numeric(85'000, 0) == "0000000c000200010000000000081388");
    CHECK(numeric(10'000, 0) == "0000000a00010001000000000001");
    CHECK(numeric(1, 2) == "0000000a0001ffff000000020064");
    CHECK(numeric(1, 5) == "0000000a0001fffe0000000503e8");
    CHECK(numeric(123'456'789'012'345'678, 18) == "000000120005ffff0000001204d2162e23340d801e78");
    CHECK(numeric(999'999'999'999'999'999, 0) == "0000001200050004000000000063270f270f270f270f");
}

TEST_CASE("every digit of a numeric is where its weight says") {
    std::mt19937_64 random(7);
    std::uint64_t limit = 1;
    for (std::int32_t length = 1; length <= 18; ++length) {
        limit *= 10;
        for (std::int32_t scale = 0; scale <= 18; ++scale) {
            for (int round = 0; round < 20; ++round) {
                const auto value = make_decimal(static_cast<std::int64_t>(random() % limit), scale);
                REQUIRE(value);
                CHECK(read_numeric(*value) == value);
            }
        }
    }
}

TEST_CASE("a buffer grows by what it needs") {
    CopyBuffer buffer;
    const std::string longer(200'000, 'x');
    buffer.text("ab");
    buffer.text(longer);
    buffer.text("c");
    CHECK(buffer.data().size() == 6 + 4 + longer.size() + 5);
    CHECK(hex(buffer.data().substr(0, 12)) == "00000002616200030d407878");
    CHECK(hex(buffer.data().substr(4 + 6 + longer.size())) == "0000000163");
    buffer.clear();
    CHECK(buffer.data().empty());
}

TEST_CASE("times count from the year 2000") {
    CopyBuffer buffer;
    buffer.timestamptz(1764948620676);
    buffer.date(day_from_civil(2025, 12, 19));
    buffer.timestamptz(0);
    CHECK(hex(buffer.data()) ==
          "000000080002e834e45d2ba0"
          "000000040000250c"
          "00000008fffca2fec4c82000");
}

TEST_CASE("an array of conditions, and the empty one") {
    CopyBuffer buffer;
    constexpr std::array<std::int16_t, 2> kConditions{209, -1};
    buffer.smallint_array(kConditions);
    buffer.smallint_array({});
    CHECK(hex(buffer.data()) ==
          "00000020"
          "00000001"
          "00000000"
          "00000015"
          "00000002"
          "00000001"
          "0000000200d1"
          "00000002ffff"
          "0000000c"
          "00000000"
          "00000000"
          "00000015");
}

TEST_CASE("a COPY stream is header, rows, trailer") {
    CopyBuffer buffer;
    buffer.start();
    buffer.start_row(3);
    buffer.text("ab");
    buffer.null();
    buffer.bigint(-2);
    buffer.finish();
    CHECK(hex(buffer.data()) ==
          "5047434f50590aff0d0a00"
          "00000000"
          "00000000"
          "0003"
          "000000026162"
          "ffffffff"
          "00000008fffffffffffffffe"
          "ffff");
}
