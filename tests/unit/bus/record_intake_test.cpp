#include "bus/record_intake.hpp"

#include <map>

#include "base/error.hpp"
#include "bus/route.hpp"
#include "catch.hpp"
#include "wire/padded.hpp"

using namespace pulse;
using namespace pulse::bus;

namespace {

const std::string kLive =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":1})";
const std::string kOdd =
    R"({ "t":1764948620676, "s":1, "p":1, "sym":"O:TSLA251219C00190000", "ev":"T", "q":2 })";
const std::string kRest =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"ns":1764948620676123456,"src":"rest"})";
const std::string kWatermark =
    R"({"ev":"W","src":"live","session":"s","tickers":["AAPL","TSLA"],"from":1,"to":2})";

struct Fixture {
    explicit Fixture(unsigned partition_count = 8, bool strict = false)
        : partitions(partition_count),
          rejects("", strict),
          intake({"s", partition_count, {}, 1'000}, rejects, [this](unsigned partition, Round&& round) {
              for (Message& message : round.messages) sent[partition].push_back(std::move(message));
          }) {}

    void take(const std::string& text) { intake.take(Padded(text).view()); }
    void close() {
        for (unsigned p = 0; p < partitions; ++p) intake.close(p);
    }
    std::vector<Message>& of(const char* ticker) { return sent[partition_of(ticker, partitions)]; }
    std::uint64_t records() {
        std::uint64_t sum = 0;
        for (const auto& [partition, messages] : sent)
            for (const Message& message : messages) sum += message.records;
        return sum;
    }

    unsigned partitions;
    Rejects rejects;
    std::map<unsigned, std::vector<Message>> sent;
    RecordIntake intake;
};

}  // namespace

TEST_CASE("trades go to the partition of their root, in any spelling, as they came") {
    REQUIRE(partition_of("AAPL", 8) != partition_of("TSLA", 8));
    Fixture f;
    f.take(kLive + "\r\n\n" + kOdd + "\n" + kLive);
    f.close();
    REQUIRE(f.of("AAPL").size() == 1);
    CHECK(f.of("AAPL")[0].subject == "s." + std::to_string(partition_of("AAPL", 8)) + ".AAPL");
    CHECK(f.of("AAPL")[0].data == kLive + "\n" + kLive + "\n");
    REQUIRE(f.of("TSLA").size() == 1);
    CHECK(f.of("TSLA")[0].data == kOdd + "\n");
    CHECK(f.intake.received() == 3);
    CHECK(f.records() == 3);
}

TEST_CASE("a watermark stands behind the trades of each of its partitions") {
    Fixture f;
    f.take(kLive + "\n" + kOdd + "\n" + kWatermark + "\n" + kLive + "\n");
    f.close();
    REQUIRE(f.of("AAPL").size() == 3);
    CHECK(f.of("AAPL")[1].data.find(R"("tickers":["AAPL"])") != std::string::npos);
    REQUIRE(f.of("TSLA").size() == 2);
    CHECK(f.of("TSLA")[1].data.find(R"("tickers":["TSLA"])") != std::string::npos);
    CHECK(f.records() == f.intake.received());
}

TEST_CASE("of all tickers, those seen so far are claimed") {
    Fixture f;
    const std::string all = R"({"ev":"W","src":"live","tickers":["*"],"from":1,"to":2})"
                            "\n";
    f.take(all + kLive + "\n" + all);
    CHECK(f.intake.unclaimed() == 1);
    CHECK(f.sent.size() == 1);
    REQUIRE(f.of("AAPL").size() == 2);
    CHECK(f.of("AAPL")[1].data.find(R"("tickers":["AAPL"])") != std::string::npos);
}

TEST_CASE("other records go by their ticker, or together") {
    Fixture f;
    const std::string bar = R"({"ev":"D","ticker":"AAPL","date":"2025-12-05","o":1,"h":1,"l":1,"c":1,"v":1})";
    const std::string unknown = R"({"ev":"X"})";
    f.take(kLive + "\n" + bar + "\n" + unknown + "\n");
    f.close();
    REQUIRE(f.of("AAPL").size() == 1);
    CHECK(f.of("AAPL")[0].data == kLive + "\n" + bar + "\n");
    REQUIRE(f.of("_other").size() == 1);
    CHECK(f.of("_other")[0].data == unknown + "\n");
}

TEST_CASE("prints of history are told how they are to be counted, those of the stream aren't") {
    Fixture f;
    f.take(kRest + "\n" + kRest + "\n" + kLive + "\n");
    f.close();
    REQUIRE(f.of("AAPL").size() == 1);
    CHECK(f.of("AAPL")[0].data == R"({"ev":"W","src":"rest","session":"again","tickers":[],"from":0,"to":0})"
                                  "\n" +
                                      kRest + "\n" + kRest + "\n" + kLive + "\n");
    CHECK(f.records() == 3);
}

TEST_CASE("a source that starts over is counted anew in every partition") {
    Fixture f(3);
    const std::string again = R"({"ev":"W","src":"rest","session":"again","tickers":[],"from":0,"to":0})"
                              "\n";
    f.take(kRest + "\n" + again + kRest + "\n");
    f.close();
    CHECK(f.sent.size() == 3);
    REQUIRE(f.of("AAPL").size() == 3);
    CHECK(f.of("AAPL")[2].data == again + kRest + "\n");
    CHECK(f.records() == f.intake.received());
}

TEST_CASE("what is no record is rejected, its neighbours aren't") {
    Fixture f;
    f.take("{\n" + kLive + "\n" +
           R"({"ev":"W","tickers":1})"
           "\n"
           R"({"ev":"T"})"
           "\n" +
           R"({"ev":"X","pad":")" + std::string(1'000, 'x') + "\"}\n" + kLive + "\n");
    f.close();
    CHECK(f.rejects.count() == 4);
    CHECK(f.intake.received() == 6);
    CHECK(f.records() == 2);
    CHECK_THROWS_AS(Fixture(8, true).take("{\n"), Error);
}
