#include "market/decimal.hpp"

#include <random>

#include "catch.hpp"

using namespace pulse;

namespace {
std::string round_trip(std::string_view text) {
    const auto value = parse_decimal(text);
    return value ? decimal_text(*value) : "none";
}
}  // namespace

TEST_CASE("numbers of any JSON spelling get one shortest text") {
    CHECK(round_trip("8.50") == "8.5");
    CHECK(round_trip("100") == "100");
    CHECK(round_trip("1e2") == "100");
    CHECK(round_trip("1.25E+3") == "1250");
    CHECK(round_trip("125e-2") == "1.25");
    CHECK(round_trip("0.0100") == "0.01");
    CHECK(round_trip("-0.5") == "-0.5");
    CHECK(round_trip("-0") == "0");
    CHECK(round_trip("0e99999") == "0");
    CHECK(round_trip("999999999999999999") == "999999999999999999");
    CHECK(round_trip("0.000000000000000001") == "0.000000000000000001");
    CHECK(round_trip("100000000000000000000e-5") == "1000000000000000");
}

TEST_CASE("what is no JSON number, or needs more than 18 digits, is nothing") {
    for (const char* bad : {"", "-", ".5", "5.", "01", "1e", "1e+", "+1", "1x", "0x1", "1.2.3", "NaN", " 1",
                            "1000000000000000000", "0.0000000000000000001", "1e18", "1e999999999999", "1e-99",
                            "1234567890.1234567891"})
        CHECK(round_trip(bad) == "none");
}

TEST_CASE("comparison is by value whatever the scale") {
    CHECK(*parse_decimal("50000.00") == *parse_decimal("50000"));
    CHECK(*parse_decimal("49999.99") < *parse_decimal("50000"));
    CHECK(*parse_decimal("-1") < *parse_decimal("-0.999999999999999999"));
    CHECK(*parse_decimal("999999999999999999") > *parse_decimal("0.000000000000000001"));
}

TEST_CASE("products are exact where binary floating point is not") {
    CHECK(decimal_text(*multiply(*parse_decimal("1.1"), 300)) == "330");
    CHECK(decimal_text(*multiply(*parse_decimal("0.29"), 100)) == "29");
    CHECK(decimal_text(*multiply(*parse_decimal("4.35"), 100)) == "435");
    CHECK_FALSE(multiply(*parse_decimal("999999999999999999"), 2));
    CHECK(decimal_text(*multiply(*parse_decimal("0.000000000000000001"), 10)) == "0.00000000000000001");
}

TEST_CASE("text and value agree for random numbers") {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto value = make_decimal(static_cast<std::int64_t>(random() % 1'000'000'000'000),
                                        static_cast<int>(random() % 19));
        REQUIRE(value);
        REQUIRE(parse_decimal(decimal_text(*value)) == value);
    }
}
