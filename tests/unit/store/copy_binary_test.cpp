#include "store/copy_binary.hpp"

#include <array>
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
