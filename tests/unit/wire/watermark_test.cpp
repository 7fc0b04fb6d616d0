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

TEST_CASE("whatever stands in a watermark, its line is JSON") {
    CHECK(pulse::watermark_line({"live", "a \"b\"", {}, -1, 2}) ==
          R"({"ev":"W","src":"live","session":"a \"b\"","tickers":[],"from":-1,"to":2})"
          "\n");
}

TEST_CASE("behind a filter a watermark promises the filter's tickers alone") {
    using Tickers = std::vector<std::string>;
    const auto within = [](const Tickers& tickers, const char* underlyings) {
        return pulse::tickers_within({"live", "s", tickers, 1, 2}, pulse::Underlyings::parse(underlyings));
    };
    CHECK(within({"MSFT", "AAPL", "TSLA"}, "TSLA,MSFT") == Tickers{"MSFT", "TSLA"});
    CHECK(within({"AAPL1", "GOOG"}, "AAPL,GOOGL").empty());
    CHECK(within({"*"}, "TSLA,MSFT") == Tickers{"TSLA", "MSFT"});
    CHECK(within({"*"}, "ALL") == Tickers{"*"});
    CHECK(within({"AAPL"}, "ALL") == Tickers{"AAPL"});
}
