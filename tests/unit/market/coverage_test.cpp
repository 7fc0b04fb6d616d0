#include "market/coverage.hpp"

#include "catch.hpp"

using namespace pulse;
using Gaps = std::vector<TimeRange>;

TEST_CASE("nothing known is one gap, everything known is none") {
    CHECK(gaps_in({10, 20}, {}) == Gaps{{10, 20}});
    CHECK(gaps_in({10, 20}, {{10, 20}}).empty());
    CHECK(gaps_in({10, 20}, {{1, 99}}).empty());
    CHECK(gaps_in({10, 20}, {{1, 9}, {21, 30}}) == Gaps{{10, 20}});
}

TEST_CASE("the ends of a gap are milliseconds nobody knows") {
    CHECK(gaps_in({10, 20}, {{12, 14}, {16, 17}}) == Gaps{{10, 11}, {15, 15}, {18, 20}});
    CHECK(gaps_in({10, 20}, {{5, 10}, {20, 25}}) == Gaps{{11, 19}});
}

TEST_CASE("order and overlap of what is known don't matter, and neighbours leave nothing between") {
    CHECK(gaps_in({10, 20}, {{15, 20}, {10, 16}}).empty());
    CHECK(gaps_in({10, 20}, {{15, 20}, {10, 14}}).empty());
    CHECK(gaps_in({10, 20}, {{11, 19}, {12, 13}}) == Gaps{{10, 10}, {20, 20}});
}

TEST_CASE("an empty wish has no gaps") {
    CHECK(gaps_in({10, 9}, {}).empty());
}
