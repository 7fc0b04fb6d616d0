#include "store/intake.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catch.hpp"
#include "wire/padded.hpp"

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

const std::string kBackfilled =
    R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"ns":1764948620676123456,"src":"rest"})";

std::string with_derived(std::string line, const std::string& premium = "85000") {
    line.pop_back();
    return line + R"(,"ticker":"AAPL","expiry":"2025-12-19","side":"CALL","strike":190,"premium":)" +
           premium + R"(,"dte":14})";
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
}

bool same_rows(const std::vector<TradeRow>& a, const std::vector<TradeRow>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const TradeRow& x, const TradeRow& y) {
        return same_group(x, y) && x.premium == y.premium && x.dte == y.dte && x.sequence == y.sequence &&
               x.ordinal == y.ordinal && x.source == y.source && x.line == y.line;
    });
}

struct Taken {
    Rejects rejects{"", false};
    Intake intake;
    Batch batch;
    explicit Taken(std::string_view lines, bool fast = true) : intake(rejects, fast) {
        intake.take(Padded(lines).view(), batch);
    }
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
        intake.take(Padded(kLive + "\n{\n" + kCancel + "\n").view(), batch);
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
    intake.take(Padded(kLive + "\n").view(), batch);
    CHECK(rejects.count() == 1);
    CHECK(intake.received() == 2);
    CHECK(batch.line_number(0) == 2);
}

TEST_CASE("the fast path makes the rows that the full parser makes") {
    std::vector<std::string> lines;
    for (const auto& line : {kLive, kRest, kCancel, kBackfilled}) {
        lines.push_back(line);
        lines.push_back(with_derived(line));
        lines.push_back(replaced(with_derived(line), "8.5", "0.0500"));
        lines.push_back(replaced(with_derived(line), "8.5", "1234567"));
        lines.push_back(replaced(with_derived(line), R"("s":100)", R"("s":9999999)"));
        lines.push_back(replaced(with_derived(line), "302", "0"));
    }
    lines.push_back(replaced(with_derived(kBackfilled), "rest", "flat"));
    lines.push_back(replaced(with_derived(kLive), "[209]", "[]"));
    lines.push_back(replaced(with_derived(kLive), R"("c":[209],)", ""));
    lines.push_back(with_derived(kLive, "1"));  // not what price and size amount to
    lines.push_back(replaced(with_derived(kLive), "651921857", "0"));
    lines.push_back(replaced(with_derived(kLive), "1764948620676", "1000000000000"));
    lines.push_back(replaced(kLive, "O:AAPL", "O:AA L"));
    lines.push_back(replaced(kLive, "251219", "250230"));
    for (const std::string& line : lines) {
        INFO(line);
        const Taken fast(line + "\n" + line);
        const Taken full(line + "\n" + line, false);
        CHECK(fast.rejects.count() == full.rejects.count());
        CHECK(same_rows(fast.batch.trades, full.batch.trades));
        CHECK(same_rows(fast.batch.cancels, full.batch.cancels));
    }
}
