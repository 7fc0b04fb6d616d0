#include "pipe/summary.hpp"

#include "catch.hpp"

TEST_CASE("the summary names every reason that counted something") {
    const pulse::Summary summary{9, 4, {{"premium", 2}, {"expired", 0}, {"max_dte", 1}}, 2};
    CHECK(summary.text() == "received=9 passed=4 dropped=3 (premium=2 max_dte=1) rejected=2");
    CHECK(pulse::Summary{}.text() == "received=0 passed=0 dropped=0 rejected=0");
}
