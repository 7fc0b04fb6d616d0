#include "vendor/frame_assembler.hpp"

#include "catch.hpp"

using namespace pulse;

TEST_CASE("pieces become one message, and the next one starts fresh") {
    FrameAssembler assembler(100, 8);
    CHECK_FALSE(assembler.add("ab", false));
    CHECK_FALSE(assembler.add("", false));
    CHECK(assembler.add("cd", true) == "abcd");
    CHECK(assembler.add("e", true) == "e");
    CHECK(assembler.add("", true) == "");
}

TEST_CASE("the bytes behind a message can be read") {
    FrameAssembler assembler(100, 64);
    const auto message = assembler.add("ab", true);
    REQUIRE(message);
    for (int i = 0; i < 64; ++i) CHECK(message->data()[2 + i] == '\0');
}

TEST_CASE("a message over the bound is refused whole, one at the bound is not") {
    FrameAssembler assembler(4, 8);
    CHECK(assembler.add("abcd", true) == "abcd");
    CHECK_FALSE(assembler.add("abc", false));
    CHECK_FALSE(assembler.add("de", true));
    CHECK(assembler.too_long());
    CHECK_FALSE(assembler.add("x", true));
    assembler.reset();
    CHECK(assembler.add("x", true) == "x");
}
