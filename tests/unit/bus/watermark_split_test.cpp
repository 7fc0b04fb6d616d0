#include "bus/watermark_split.hpp"

#include "bus/route.hpp"
#include "catch.hpp"
#include "wire/watermark_reader.hpp"

using namespace pulse;
using namespace pulse::bus;

namespace {

const std::vector<std::string> kSeven{"AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA"};

Watermark watermark(std::vector<std::string> tickers) {
    return {"live", "a \"session\"", std::move(tickers), 5, 9};
}

}  // namespace

TEST_CASE("one partition gets watermarks as they came") {
    const WatermarkSplit split(1);
    const auto parts = split.split(watermark({"*"}), "as it came");
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].second == "as it came");
}

TEST_CASE("each partition claims its own tickers and no others") {
    const WatermarkSplit split(4);
    WatermarkReader reader;
    std::vector<std::string> claimed;
    for (const auto& [partition, line] : split.split(watermark(kSeven), "as it came")) {
        const auto part = reader.read(line);
        REQUIRE(part.has_value());
        CHECK(part->source == "live");
        CHECK(part->session == "a \"session\"");
        CHECK(part->from_ms == 5);
        CHECK(part->to_ms == 9);
        CHECK_FALSE(part->tickers.empty());
        for (const std::string& ticker : part->tickers) {
            CHECK(partition_of(ticker, 4) == partition);
            claimed.push_back(ticker);
        }
    }
    CHECK(claimed.size() == kSeven.size());
}

TEST_CASE("a watermark of a single partition's tickers goes on unchanged") {
    const WatermarkSplit split(4);
    const auto parts = split.split(watermark({"TSLA"}), "as it came");
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].first == partition_of("TSLA", 4));
    CHECK(parts[0].second == "as it came");
}

TEST_CASE("of all tickers a partition claims those it has carried") {
    WatermarkSplit split(4);
    CHECK(split.split(watermark({"*"}), "as it came").empty());
    for (int twice = 0; twice < 2; ++twice) split.saw("AAPL", partition_of("AAPL", 4));
    const auto parts = split.split(watermark({"*"}), "as it came");
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].first == partition_of("AAPL", 4));
    CHECK(parts[0].second ==
          R"({"ev":"W","src":"live","session":"a \"session\"","tickers":["AAPL"],"from":5,"to":9})");
}

TEST_CASE("that a source starts over is said in every partition") {
    const WatermarkSplit split(3);
    const auto parts = split.split(watermark({}), "as it came");
    REQUIRE(parts.size() == 3);
    for (unsigned p = 0; p < 3; ++p) {
        CHECK(parts[p].first == p);
        CHECK(parts[p].second == "as it came");
    }
}
