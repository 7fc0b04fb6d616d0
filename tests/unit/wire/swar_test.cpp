#include "wire/swar.hpp"

#include "catch.hpp"
#include "market/underlyings.hpp"
#include "padded.hpp"

using namespace pulse;

TEST_CASE("leading digits are counted and valued") {
    CHECK(leading_digits(load8("12345678")) == 8);
    CHECK(leading_digits(load8("123x5678")) == 3);
    CHECK(leading_digits(load8("/2345678")) == 0);
    CHECK(leading_digits(load8(":2345678")) == 0);
    CHECK(leading_digits(load8("1\xff\xff\xff\xff\xff\xff\xff")) == 1);
    CHECK(digits_value(load8("12345678"), 8) == 12'345'678);
    CHECK(digits_value(load8("98x99999"), 2) == 98);
    CHECK(digits_value(load8("7,,,,,,,"), 1) == 7);
}

TEST_CASE("every byte value is classed as digit or not") {
    std::string bytes(64, '\0');
    for (int first = 0; first < 256; first += 64) {
        for (int i = 0; i < 64; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>(first + i);
        const std::uint64_t others = non_digits64(bytes.data());
        for (int i = 0; i < 64; ++i) {
            const int byte = first + i;
            CHECK(((others >> i & 1) == 0) == (byte >= '0' && byte <= '9'));
        }
    }
}

TEST_CASE("the head of a usual trade gives its root") {
    const Padded line(R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302})");
    const UsualHead head = read_usual_head(line.begin());
    REQUIRE(head.ok);
    CHECK(head.symbol_size == 21);
    CHECK(head.root_key == Underlyings::key_of("AAPL"));
    CHECK(read_usual_head(Padded(R"({"ev":"T","sym":"O:X251219C00190000")").begin()).root_key ==
          Underlyings::key_of("X"));
    CHECK(read_usual_head(Padded(R"({"ev":"T","sym":"O:ABCDEF251219C00190000")").begin()).ok);
}

TEST_CASE("anything else is no usual head") {
    for (const char* text : {R"({"ev":"Q","sym":"O:AAPL251219C00190000","x":302})",
                             R"({"ev":"T","sym":"O:251219C00190000","x":302})",
                             R"({"ev":"T","sym":"O:ABCDEFG251219C00190000","x":302})",
                             R"({"ev":"T","sym":"O:AAPL211022C000150000","x":302})",
                             R"({"ev":"T","sym":"O:AAPL251219X00190000","x":302})",
                             R"({"ev":"T","sym":"O:\u0041251219C00190000","x":302})",
                             R"({"ev":"T","sym":"O:","":"251219C00190000","x":302})",
                             R"({"ev":"T","sym":"O:aapl251219C00190000","x":302})",
                             R"({"ev":"T","sym":"O:A\\PL251219C00190000","x":302})",
                             R"({"ev":"T", "sym":"O:AAPL251219C00190000"})", "", "{}"})
        CHECK_FALSE(read_usual_head(Padded(text).begin()).ok);
}
