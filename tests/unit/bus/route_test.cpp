#include "bus/route.hpp"

#include <set>

#include "catch.hpp"

using namespace pulse::bus;

TEST_CASE("an underlying's partition never changes: records already stored lie there") {
    CHECK(partition_of("AAPL", 1) == 0);
    CHECK(partition_of("AAPL", 8) == partition_of("AAPL", 8));
    // FNV-1a of "a" is af63dc4c8601ec8c: 8601ec8c ^ af63dc4c ends in c0.
    CHECK(partition_of("a", 256) == 0xC0);
}

TEST_CASE("the seven stocks spread over eight partitions") {
    std::set<unsigned> used;
    for (const char* ticker : {"AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA"})
        used.insert(partition_of(ticker, 8));
    CHECK(used.size() >= 4);
}

TEST_CASE("subjects hold one token for the ticker, whatever is in it") {
    CHECK(subject_of("pulse", 3, "AAPL") == "pulse.3.AAPL");
    CHECK(subject_of("pulse", 3, "BRK.B") == "pulse.3.BRK_B");
    CHECK(subject_of("pulse", 3, "a >*\n") == "pulse.3.a____");
    CHECK(partition_subjects("pulse", 12) == "pulse.12.>");
}

TEST_CASE("names that subjects and consumers can't hold are none") {
    CHECK(valid_name("pulse"));
    CHECK(valid_name("a-1_B"));
    for (const char* name : {"", "a.b", "a b", "*", ">", "a/b"}) CHECK_FALSE(valid_name(name));
    CHECK_FALSE(valid_name(std::string(65, 'a')));
}

TEST_CASE("lists of partitions") {
    using List = std::vector<unsigned>;
    CHECK(parse_partitions("all", 3) == List{0, 1, 2});
    CHECK(parse_partitions("2", 3) == List{2});
    CHECK(parse_partitions("5-7,0,6", 8) == List{0, 5, 6, 7});
    for (const char* text : {"", "3", "-1", "1-", "2-1", "0,", "x", "0-3", "1 "})
        CHECK_FALSE(parse_partitions(text, 3).has_value());
}
