#include "wire/watermark.hpp"

#include "catch.hpp"
#include "wire/record.hpp"

TEST_CASE("a watermark is one line of the documented form") {
    const std::string line = pulse::watermark_line({"live", "abc", {"AAPL", "TSLA"}, 1, 2});
    CHECK(line == R"({"ev":"W","src":"live","session":"abc","tickers":["AAPL","TSLA"],"from":1,"to":2})"
                  "\n");
    pulse::RecordParser parser;
    CHECK(parser.parse(line.substr(0, line.size() - 1)) == pulse::RecordKind::kOther);
    CHECK(parser.ev() == "W");
}
