#include "market/premium_bucket.hpp"

#include "catch.hpp"
#include "market/flow_cell.hpp"

using namespace pulse;

TEST_CASE("premium buckets: eight to a doubling, less than a dollar in the first") {
    CHECK(premium_bucket(-1) == 0);
    CHECK(premium_bucket(0) == 0);
    CHECK(premium_bucket(1) == 1);
    CHECK(premium_bucket(2) == 9);
    CHECK(premium_bucket(3) == 13);
    CHECK(premium_bucket(8) == 25);
    CHECK(premium_bucket(9) == 26);
    CHECK(premium_bucket(15) == 32);
    CHECK(premium_bucket(16) == 33);
    CHECK(premium_bucket(17) == 33);
    CHECK(premium_bucket(65'536) == 1 + 8 * 16);
    CHECK(premium_bucket(INT64_MAX) == 1 + 8 * 62 + 7);
}

TEST_CASE("premium buckets never fall, and each begins at its floor") {
    for (std::int64_t dollars = 1; dollars < 100'000; ++dollars) {
        const int bucket = premium_bucket(dollars);
        REQUIRE(bucket >= premium_bucket(dollars - 1));
        REQUIRE(bucket_floor(bucket) <= dollars);
        REQUIRE(bucket_floor(bucket + 1) > bucket_floor(bucket) - (dollars < 8 ? 1 : 0));
    }
    for (int bucket = 26; bucket <= 1 + 8 * 62 + 7; ++bucket) {
        REQUIRE(premium_bucket(bucket_floor(bucket)) == bucket);
        REQUIRE(premium_bucket(bucket_floor(bucket) - 1) == bucket - 1);
    }
    CHECK(bucket_floor(0) == 0);
    CHECK(bucket_floor(1) == 1);
    CHECK(bucket_floor(9) == 2);
}

TEST_CASE("days to expiry fall into five buckets") {
    for (int dte = 0; dte <= 30; ++dte) {
        const int expected = dte == 0 ? 0 : dte < 3 ? 1 : dte < 8 ? 2 : dte < 15 ? 3 : 4;
        REQUIRE(dte_bucket(dte) == expected);
    }
    CHECK_FALSE(dte_bucket(-1));
    CHECK_FALSE(dte_bucket(31));
}

TEST_CASE("half hours are called by their start in New York") {
    CHECK(slot_name(0) == "09:30");
    CHECK(slot_name(1) == "10:00");
    CHECK(slot_name(12) == "15:30");
}
