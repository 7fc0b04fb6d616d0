#include "bus/counted_prints.hpp"

#include "catch.hpp"

using namespace pulse::bus;

namespace {

constexpr const char* kCall = "O:AAPL251219C00190000";
constexpr const char* kPut = "O:AAPL251219P00190000";
constexpr const char* kOther = "O:MSFT251219C00500000";

CountedPrint print(const char* sym, std::int64_t t_ms, const char* line, const char* source = "rest") {
    return {sym, source, t_ms, line};
}

}  // namespace

TEST_CASE("within one message nothing need be repeated") {
    CountedPrints prints;
    CHECK(prints.before(print(kCall, 1, "a"), 1).empty());
    CHECK(prints.before(print(kCall, 1, "a"), 1).empty());
    CHECK(prints.before(print(kCall, 2, "b"), 1).empty());
}

TEST_CASE("a print in a later message takes its instant along") {
    CountedPrints prints;
    prints.before(print(kCall, 1, "a"), 1);
    prints.before(print(kPut, 1, "x"), 1);
    prints.before(print(kCall, 1, "b"), 1);
    CHECK(prints.before(print(kCall, 1, "a"), 2) == "a\nb\n");
    CHECK(prints.before(print(kCall, 1, "a"), 2).empty());
    CHECK(prints.before(print(kCall, 1, "c"), 3) == "a\nb\na\na\n");
    CHECK(prints.before(print(kCall, 2, "d"), 4).empty());
}

TEST_CASE("sources are counted apart") {
    CountedPrints prints;
    prints.before(print(kCall, 1, "a"), 1);
    CHECK(prints.before(print(kCall, 1, "a", "other"), 2).empty());
}

TEST_CASE("the end of a pass ends the counting, for its ticker and source alone") {
    CountedPrints prints;
    for (const char* sym : {kCall, kOther}) prints.before(print(sym, 1, "a"), 1);
    prints.end_pass("rest", "AAPL");
    CHECK(prints.before(print(kCall, 1, "a"), 2).empty());
    CHECK(prints.before(print(kOther, 1, "a"), 2) == "a\n");
    prints.end_pass("flat", "*");
    CHECK(prints.before(print(kCall, 1, "a"), 3) == "a\n");
    prints.end_pass("rest", "*");
    CHECK(prints.before(print(kCall, 1, "a"), 4).empty());
}

TEST_CASE("in a flat file another contract ends the one before") {
    CountedPrints prints;
    prints.before(print(kCall, 1, "a", "flat"), 1);
    prints.before(print(kPut, 1, "x", "flat"), 1);
    CHECK(prints.before(print(kCall, 1, "a", "flat"), 2).empty());
    CHECK(prints.before(print(kCall, 1, "a", "flat"), 3) == "a\n");
}

TEST_CASE("what lies generations back is forgotten, what is used isn't") {
    CountedPrints prints(2);
    prints.before(print(kCall, 1, "a"), 1);
    for (int i = 0; i < 6; ++i) {
        const std::string sym = "O:X251219C0000" + std::to_string(1000 + i);
        prints.before(print(sym.c_str(), 1, "x"), 1);
        if (i < 3) CHECK(prints.before(print(kCall, 1, "a"), 1).empty());
    }
    CHECK(prints.before(print(kCall, 1, "a"), 2).empty());
}
