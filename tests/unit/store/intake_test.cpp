#include "store/intake.hpp"

#include <string>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;
using namespace pulse::store;

namespace {

const std::string kLive =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857})";
const std::string kRest =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"src":"rest"})";
const std::string kCancel =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[201],"t":1764948620999,"q":651921858})";

std::string watermark(const std::string& source) {
    return R"({"ev":"W","src":")" + source + R"(","session":"s","tickers":["AAPL"],"from":1,"to":2})";
}

struct Taken {
    Rejects rejects{"", false};
    Intake intake{rejects};
    Batch batch;
    explicit Taken(const std::string& lines) { intake.take(lines, batch); }
};

}  // namespace

TEST_CASE("records are sorted by kind, with their lines") {
    const std::string bar = R"({"ev":"D","ticker":"AAPL"})";
    const Taken taken(kLive + "\n\n" + kCancel + "\r\n" + bar + "\n" + R"({"ev":"O"})" + "\n" +
                      R"({"ev":"B"})" + "\n" + watermark("live"));
    REQUIRE(taken.batch.trades.size() == 1);
    REQUIRE(taken.batch.cancels.size() == 1);
    for (const auto& lines : taken.batch.json) CHECK(lines.size() == 1);
    CHECK(taken.batch.line(taken.batch.cancels[0].line) == kCancel);
    CHECK(taken.batch.line_number(taken.batch.cancels[0].line) == 3);
    CHECK(taken.batch.line(taken.batch.json[static_cast<std::size_t>(JsonKind::kDailyBar)][0]) == bar);
    CHECK(taken.intake.received() == 6);
    CHECK(taken.batch.size() == 6);
}

TEST_CASE("unknown kinds are left out, bad lines rejected, good neighbours kept") {
    const Taken taken("{\"ev\":\"Z\"}\nnot json\n" + kLive + "\n");
    CHECK(taken.intake.unknown() == 1);
    CHECK(taken.rejects.count() == 1);
    CHECK(taken.batch.size() == 1);
    CHECK(taken.intake.received() == 3);
}

TEST_CASE("history's identical prints are numbered within a pass, which its watermark ends") {
    const std::string lines = kRest + "\n" + kRest + "\n";
    const Taken taken(lines + watermark("live") + "\n" + kRest + "\n" + watermark("rest") + "\n" + kRest +
                      "\n");
    REQUIRE(taken.batch.trades.size() == 4);
    CHECK(taken.batch.trades[1].ordinal == 2);
    CHECK(taken.batch.trades[2].ordinal == 3);
    CHECK(taken.batch.trades[3].ordinal == 1);
}

TEST_CASE("a watermark without tickers says that its source starts over, and is not stored") {
    const std::string marker = R"({"ev":"W","src":"rest","session":"s","tickers":[],"from":0,"to":0})";
    const std::string lines = kRest + "\n" + kRest + "\n\n" + marker + "\n" + kRest + "\n";
    const Taken taken(lines);
    REQUIRE(taken.batch.trades.size() == 3);
    CHECK(taken.batch.trades[1].ordinal == 2);
    CHECK(taken.batch.trades[2].ordinal == 1);
    CHECK(taken.batch.json[static_cast<std::size_t>(JsonKind::kWatermark)].empty());
    CHECK(taken.intake.markers() == 1);
    CHECK(taken.intake.received() == 4);
}

TEST_CASE("under strict the first bad line ends it and the lines before are kept") {
    Rejects rejects("", true);
    Intake intake(rejects);
    Batch batch;
    try {
        intake.take(kLive + "\n{\n" + kCancel + "\n", batch);
        FAIL("the bad line passed");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kData);
    }
    CHECK(batch.size() == 1);
}

TEST_CASE("an overlong line counts as one rejected line") {
    Rejects rejects("", false);
    Intake intake(rejects);
    Batch batch;
    intake.take_piece("xxxx");
    intake.end_long_line();
    intake.take(kLive + "\n", batch);
    CHECK(rejects.count() == 1);
    CHECK(intake.received() == 2);
    CHECK(batch.line_number(0) == 2);
}
