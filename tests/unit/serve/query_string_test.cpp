#include "serve/query_string.hpp"

#include "catch.hpp"
#include "flow/parameters.hpp"

using pulse::flow::ParameterError;
using pulse::serve::parse_query;
using pulse::serve::percent_decode;

TEST_CASE("a query is taken apart in order, decoded") {
    const auto parameters = parse_query("ticker=AAPL%2CTSLA&&side=call&note=a+b&flag&empty=");
    REQUIRE(parameters.size() == 5);
    CHECK(parameters[0] == std::pair<std::string, std::string>{"ticker", "AAPL,TSLA"});
    CHECK(parameters[1].second == "call");
    CHECK(parameters[2].second == "a b");
    CHECK(parameters[3] == std::pair<std::string, std::string>{"flag", ""});
    CHECK(parameters[4].second.empty());
    CHECK(parse_query("").empty());
}

TEST_CASE("a value may hold an equals sign") {
    CHECK(parse_query("cursor=a=b").front().second == "a=b");
}

TEST_CASE("broken escapes and control characters are no text") {
    CHECK_FALSE(percent_decode("%"));
    CHECK_FALSE(percent_decode("a%4"));
    CHECK_FALSE(percent_decode("%zz"));
    CHECK_FALSE(percent_decode("%00"));
    CHECK_FALSE(percent_decode("a%0Ab"));
    CHECK(percent_decode("%e2%82%AC") == "\u20ac");
}

TEST_CASE("what is wrong with a query is told with the parameter's name") {
    const auto parameter_of = [](std::string_view query) -> std::string {
        try {
            parse_query(query);
        } catch (const ParameterError& error) {
            return error.parameter();
        }
        return "nothing";
    };
    CHECK(parameter_of("limit=%4") == "limit");
    CHECK(parameter_of("limit=1&limit=2") == "limit");
    CHECK(parameter_of("%ff%ff=1&%ff%ff=2") == "??");
    std::string many;
    for (int i = 0; i < 33; ++i) many += "p" + std::to_string(i) + "=1&";
    CHECK(parameter_of(many) == "p32");
}
