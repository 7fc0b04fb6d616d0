#include "market/underlyings.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

TEST_CASE("a list selects exactly its roots") {
    const auto list = Underlyings::parse(" AAPL, GOOGL ,AAPL");
    CHECK(list.roots() == std::vector<std::string>{"AAPL", "GOOGL"});
    CHECK(list.contains("AAPL"));
    CHECK_FALSE(list.contains("GOOG"));
    CHECK_FALSE(list.contains("AAPL1"));
    CHECK_FALSE(list.contains(""));
    CHECK_FALSE(list.contains("GOOGLXX"));
    CHECK_FALSE(list.all());
}

TEST_CASE("ALL selects every root") {
    CHECK(Underlyings::parse("ALL").contains("ZZZZ"));
    CHECK(Underlyings::parse("ALL").all());
}

TEST_CASE("lists of any length get a table without collisions") {
    std::string list;
    for (int i = 0; i < 600; ++i) list += fmt::format("{}R{}", i == 0 ? "" : ",", i);
    const auto many = Underlyings::parse(list);
    for (int i = 0; i < 600; ++i) CHECK(many.contains(fmt::format("R{}", i)));
    for (int i = 600; i < 2000; ++i) CHECK_FALSE(many.contains(fmt::format("R{}", i)));
}

TEST_CASE("the watch list has a name of its own in any order") {
    CHECK(Underlyings::parse(kMag7).display_name() == "MAG7");
    CHECK(Underlyings::parse("TSLA,META,NVDA,AMZN,GOOGL,MSFT,AAPL").display_name() == "MAG7");
    CHECK(Underlyings::parse("AAPL,TSLA").display_name() == "AAPL,TSLA");
}

TEST_CASE("a bad entry is named") {
    for (const char* bad : {"", "AAPL,,TSLA", "aapl", "TOOLONG", "AA-PL"})
        CHECK_THROWS_AS(Underlyings::parse(bad), Error);
    CHECK_THROWS_WITH(Underlyings::parse("AAPL,aapl"), ContainsSubstring("'aapl'"));
}
