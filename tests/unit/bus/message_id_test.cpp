#include "bus/message_id.hpp"

#include "catch.hpp"

using namespace pulse::bus;

TEST_CASE("an id is of subject and content, and the same for ever") {
    // printf 's\nx' | sha256sum
    CHECK(content_id("s", "x").size() == 32);
    CHECK(content_id("s", "x") == content_id("s", "x"));
    CHECK(content_id("s", "x") != content_id("s", "y"));
    CHECK(content_id("s", "x") != content_id("t", "x"));
    // The SHA-256 of "abc\n" begins so: what is stored today is known to later versions.
    CHECK(content_id("abc", "") == "edeaaff3f1774ad2888673770c6d6409");
}

TEST_CASE("occurrences count from one") {
    Occurrences occurrences;
    CHECK(occurrences.count("a") == 1);
    CHECK(occurrences.count("b") == 1);
    CHECK(occurrences.count("a") == 2);
    CHECK(occurrences.count("a") == 3);
}

TEST_CASE("occurrences are remembered for a generation, and the same way each time") {
    std::string counts[2];
    for (std::string& text : counts) {
        Occurrences occurrences(2);
        for (const char* id : {"a", "b", "c", "a", "d", "e", "b", "a"})
            text += std::to_string(occurrences.count(id));
    }
    CHECK(counts[0] == counts[1]);
    CHECK(counts[0] == "11121111");
}
