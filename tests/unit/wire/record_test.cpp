#include "wire/record.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {
constexpr std::string_view kSym = R"("sym":"O:AAPL251219C00190000")";

std::string trade_line(std::string_view rest) {
    return std::string(R"({"ev":"T",)") + std::string(kSym) + "," + std::string(rest) + "}";
}

std::string reason_of(std::string_view line) {
    RecordParser parser;
    return parser.parse(line) == RecordKind::kBad ? std::string(parser.reason()) : "accepted";
}
}  // namespace

TEST_CASE("a trade in any order and spelling is read") {
    RecordParser parser;
    REQUIRE(parser.parse(R"( { "t" : 1764948620676.0, "c":[209, 232],"q":7, "s":1e2,"p":8.50,"x":302,
                          "sym":"O:\u0041APL251219C00190000", "z":{"p":1,"t":[2]}, "ev":"T" } )") ==
            RecordKind::kTrade);
    const TradeRecord& trade = parser.trade();
    CHECK(trade.sym == "O:AAPL251219C00190000");
    CHECK(trade.price == Decimal{85, 1});
    CHECK(trade.size == 100);
    CHECK(trade.t_ms == 1'764'948'620'676);
    CHECK(trade.exchange == 302);
    CHECK(trade.conditions == std::vector<std::int16_t>{209, 232});
    CHECK(trade.sequence == 7);
    CHECK(trade.key_error.empty());
    CHECK_FALSE(trade.derived.all());
}

TEST_CASE("optional fields may be missing or null") {
    RecordParser parser;
    REQUIRE(parser.parse(trade_line(R"("p":1,"s":1,"t":1,"c":null,"x":null,"q":null,"src":null)")) ==
            RecordKind::kTrade);
    CHECK(parser.trade().conditions.empty());
    CHECK(parser.trade().exchange == 0);
    CHECK_FALSE(parser.trade().sequence);
    CHECK(parser.trade().key_error.empty());
}

TEST_CASE("an optional field of the wrong type is named, not fatal") {
    RecordParser parser;
    for (const char* field : {R"("x":"302")", R"("x":1.5)", R"("x":70000)", R"("c":209)", R"("c":["a"])",
                              R"("q":"a")", R"("src":1)"}) {
        REQUIRE(parser.parse(trade_line(std::string(R"("p":1,"s":1,"t":1,)") + field)) == RecordKind::kTrade);
        CHECK_FALSE(parser.trade().key_error.empty());
    }
}

TEST_CASE("nothing of one line is left for the next") {
    RecordParser parser;
    REQUIRE(parser.parse(trade_line(R"("p":1,"s":1,"t":1,"x":302,"c":[1],"q":3,"src":"rest","dte":1)")) ==
            RecordKind::kTrade);
    CHECK(parser.trade().source == "rest");
    CHECK(parser.trade().derived.dte);
    REQUIRE(parser.parse(trade_line(R"("p":1,"s":1,"t":1)")) == RecordKind::kTrade);
    CHECK(parser.trade().source.empty());
    CHECK(parser.trade().conditions.empty());
    CHECK_FALSE(parser.trade().derived.dte);
}

TEST_CASE("the first of two equal keys counts") {
    RecordParser parser;
    REQUIRE(parser.parse(trade_line(R"("p":1,"p":2,"s":1,"t":1,"c":[1],"c":[2])")) == RecordKind::kTrade);
    CHECK(parser.trade().price == Decimal{1, 0});
    CHECK(parser.trade().conditions == std::vector<std::int16_t>{1});
}

TEST_CASE("other records are told by their kind") {
    RecordParser parser;
    REQUIRE(parser.parse(R"({"ev":"W","from":1})") == RecordKind::kOther);
    CHECK(parser.ev() == "W");
    REQUIRE(parser.parse(R"({"ev":"status","status":"connected"})") == RecordKind::kOther);
}

TEST_CASE("bad lines get the reason") {
    CHECK_THAT(reason_of("garbage"), ContainsSubstring("not a JSON object"));
    CHECK_THAT(reason_of("[1]"), ContainsSubstring("not a JSON object"));
    CHECK_THAT(reason_of("{}{}"), ContainsSubstring("not a JSON object"));
    CHECK_THAT(reason_of("{\"ev\":\"T\",\"sym\":\"\xff\"}"), ContainsSubstring("not a JSON object"));
    CHECK(reason_of("{}") == "lacks ev");
    CHECK(reason_of(R"({"ev":1})") == "ev is not a string");
    CHECK(reason_of(R"({"ev":"T"})") == "lacks sym");
    CHECK(reason_of(R"({"ev":"T","sym":1})") == "sym is not a string");
    CHECK(reason_of(trade_line(R"("s":1,"t":1)")) == "lacks p");
    CHECK(reason_of(trade_line(R"("p":1,"t":1)")) == "lacks s");
    CHECK(reason_of(trade_line(R"("p":1,"s":1)")) == "lacks t");
    CHECK(reason_of(trade_line(R"("p":"1","s":1,"t":1)")) == "p is not a number");
    CHECK(reason_of(trade_line(R"("p":null,"s":1,"t":1)")) == "p is not a number");
    CHECK(reason_of(trade_line(R"("p":-0.01,"s":1,"t":1)")) == "p is negative");
    CHECK(reason_of(trade_line(R"("p":1,"s":-1,"t":1)")) == "s is negative");
    CHECK(reason_of(trade_line(R"("p":1,"s":1.5,"t":1)")) == "s is not a whole number");
    CHECK(reason_of(trade_line(R"("p":1,"s":[1],"t":1)")) == "s is not a number");
    CHECK(reason_of(trade_line(R"("p":1,"s":2147483648,"t":1)")) == "s is out of range");
    CHECK(reason_of(trade_line(R"("p":1,"s":1,"t":999999999999999)")) == "t is out of range");
    CHECK(reason_of(trade_line(R"("p":1.2345678901234567891,"s":1,"t":1)")) == "p needs more than 18 digits");
}
