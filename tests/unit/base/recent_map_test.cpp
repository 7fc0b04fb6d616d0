#include "base/recent_map.hpp"

#include <string>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("a recent map forgets keys that two generations went by without") {
    RecentMap<std::string, int> map(2);
    map["a"] = 1;
    map["b"] = 2;
    map["c"] = 3;  // the second generation begins
    CHECK(map["a"] == 1);
    map["d"] = 4;  // the third: b is gone
    CHECK(map["b"] == 0);
    CHECK(map["a"] == 1);
    CHECK(map["c"] == 0);
}

TEST_CASE("a key of the old generation is kept when its use begins a new one") {
    RecentMap<int, int> map(1);
    map[1] = 10;
    map[2] = 20;
    CHECK(map[1] == 10);
    CHECK(map[2] == 20);
}

TEST_CASE("a recent map erases keys of both generations") {
    RecentMap<std::string, int> map(1);
    map["old"] = 1;
    map["new"] = 2;
    map.erase("old");
    CHECK(map["old"] == 0);
    map["old"] = 1;
    map["young"] = 3;
    map.erase_keys([](const std::string& key) { return key != "young"; });
    CHECK(map["young"] == 3);
    CHECK(map["old"] == 0);
}
