#include "bus/lease_rule.hpp"

#include "catch.hpp"

using namespace pulse::bus;

TEST_CASE("a lease that nobody holds may be taken at once") {
    LeaseRule rule(1'000);
    CHECK(rule.may_take(std::nullopt, true, 0));
    CHECK(rule.may_take(5, true, 0));
}

TEST_CASE("a lease that is held may be taken when it stood still for its term") {
    LeaseRule rule(1'000);
    CHECK_FALSE(rule.may_take(5, false, 10'000));
    CHECK_FALSE(rule.may_take(5, false, 10'999));
    CHECK(rule.may_take(5, false, 11'000));
}

TEST_CASE("each renewal starts the term again") {
    LeaseRule rule(1'000);
    CHECK_FALSE(rule.may_take(5, false, 0));
    CHECK_FALSE(rule.may_take(6, false, 900));
    CHECK_FALSE(rule.may_take(6, false, 1'899));
    CHECK(rule.may_take(6, false, 1'900));
}

TEST_CASE("what was seen before a look away counts from its first sight") {
    LeaseRule rule(1'000);
    CHECK_FALSE(rule.may_take(5, false, 0));
    CHECK(rule.may_take(5, false, 60'000));
}
