#include "bus/patience.hpp"

#include "catch.hpp"

using namespace pulse::bus;

TEST_CASE("waits grow to a bound and end") {
    Patience patience(7);
    for (const int expected : {250, 500, 1'000, 2'000, 4'000, 5'000, 5'000})
        CHECK(patience.failed() == expected);
    CHECK_FALSE(patience.failed().has_value());
}

TEST_CASE("a success makes patient again") {
    Patience patience(1);
    CHECK(patience.failed() == 250);
    patience.succeeded();
    CHECK(patience.failed() == 250);
    CHECK_FALSE(Patience(0).failed().has_value());
}

TEST_CASE("pauses after a failed command grow to a bound, however many failed") {
    CHECK(pause_after(1) == 500);
    CHECK(pause_after(2) == 1'000);
    CHECK(pause_after(7) == 30'000);
    CHECK(pause_after(1'000'000) == 30'000);
}
