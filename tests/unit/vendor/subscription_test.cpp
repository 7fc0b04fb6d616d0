#include "vendor/subscription.hpp"

#include "catch.hpp"

using namespace pulse;

TEST_CASE("only T.* asks for all trades") {
    CHECK(asks_for_all_trades("T.*"));
    CHECK(asks_for_all_trades("A.*,T.*"));
    for (const char* list : {"", "A.*", "T.O:AAPL*", "XT.*", "T.*X"}) CHECK_FALSE(asks_for_all_trades(list));
    CHECK(count_subscriptions("T.*") == 1);
    CHECK(count_subscriptions("T.O:A,T.O:B,A.*") == 3);
}

TEST_CASE("partial wildcards and unselected contracts are warned about") {
    const auto apple = Underlyings::parse("AAPL");
    CHECK(subscription_warnings("T.*,A.*,AM.*,T.O:AAPL251219C00190000", apple).empty());
    const auto partial = subscription_warnings("T.O:AAPL*", apple);
    REQUIRE(partial.size() == 1);
    CHECK_THAT(partial[0], ContainsSubstring("partial wildcard"));
    const auto other = subscription_warnings("T.O:SPY251219C00690000", apple);
    REQUIRE(other.size() == 1);
    CHECK_THAT(other[0], ContainsSubstring("SPY"));
}
