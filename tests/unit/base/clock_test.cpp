#include "base/clock.hpp"

#include "catch.hpp"

TEST_CASE("instants are written as RFC 3339 in UTC") {
    CHECK(pulse::rfc3339_ms(0) == "1970-01-01T00:00:00.000Z");
    CHECK(pulse::rfc3339_ms(1'764'948'620'676) == "2025-12-05T15:30:20.676Z");
}
