#include "store/pass_counter.hpp"

#include "catch.hpp"
#include "rows.hpp"

using namespace pulse::store;
using namespace pulse::store::test;

namespace {

TradeRow from(const std::string& source, std::int64_t t_ms,
              const std::string& symbol = "O:AAPL251219C00190000") {
    TradeRow row = print(t_ms, symbol);
    row.source = source;
    return row;
}

}  // namespace

TEST_CASE("identical prints of one instant are counted, different ones apart") {
    PassCounter passes;
    CHECK(passes.count(from("rest", 5)) == 1);
    CHECK(passes.count(from("rest", 5)) == 2);
    TradeRow other = from("rest", 5);
    other.size = 7;
    CHECK(passes.count(other) == 1);
    CHECK(passes.count(from("rest", 5)) == 3);
    CHECK(passes.count(from("rest", 6)) == 1);
}

TEST_CASE("a symbol's count outlives other symbols in between") {
    PassCounter passes;
    CHECK(passes.count(from("rest", 5)) == 1);
    CHECK(passes.count(from("rest", 9, "O:TSLA251219C00190000")) == 1);
    CHECK(passes.count(from("rest", 5)) == 2);
}

TEST_CASE("time going backwards begins a new pass") {
    PassCounter passes;
    passes.count(from("rest", 5));
    passes.count(from("rest", 5));
    passes.count(from("rest", 8));
    CHECK(passes.count(from("rest", 5)) == 1);
    CHECK(passes.count(from("rest", 5)) == 2);
}

TEST_CASE("a watermark ends the pass of its ticker and source") {
    PassCounter passes;
    passes.count(from("rest", 5));
    passes.end_pass("rest", "AAP");
    passes.end_pass("flat", "AAPL");
    CHECK(passes.count(from("rest", 5)) == 2);
    passes.end_pass("rest", "AAPL");
    CHECK(passes.count(from("rest", 5)) == 1);
    passes.end_pass("rest", "*");
    CHECK(passes.count(from("rest", 5)) == 1);
}

TEST_CASE("sources are counted apart") {
    PassCounter passes;
    CHECK(passes.count(from("rest", 5)) == 1);
    CHECK(passes.count(from("flat", 5)) == 1);
    CHECK(passes.count(from("live", 5)) == 1);
    CHECK(passes.count(from("rest", 5)) == 2);
}

TEST_CASE("in a flat file a change of symbol ends the pass") {
    PassCounter passes;
    CHECK(passes.count(from("flat", 5)) == 1);
    CHECK(passes.count(from("flat", 5)) == 2);
    CHECK(passes.count(from("flat", 5, "O:TSLA251219C00190000")) == 1);
    CHECK(passes.count(from("flat", 5)) == 1);
}

TEST_CASE("memory is bounded: two generations of symbols are kept, used ones longest") {
    PassCounter passes(2);
    const auto symbol = [](int i) { return "O:AAPL25121" + std::to_string(i) + "C00190000"; };
    passes.count(from("rest", 5, symbol(0)));
    passes.count(from("rest", 5, symbol(1)));
    passes.count(from("rest", 5, symbol(2)));
    CHECK(passes.count(from("rest", 5, symbol(0))) == 2);
    passes.count(from("rest", 5, symbol(3)));
    CHECK(passes.count(from("rest", 5, symbol(0))) == 3);
    CHECK(passes.count(from("rest", 5, symbol(1))) == 1);
}
