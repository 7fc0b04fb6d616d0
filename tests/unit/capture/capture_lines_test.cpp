#include "capture/capture_lines.hpp"

#include "catch.hpp"
#include "wire/watermark.hpp"

using namespace pulse;

namespace {

using Kind = CapturedLine::Kind;
constexpr std::int64_t kFar = 4'000'000'000'000;

}  // namespace

TEST_CASE("the time of a trade is found in every spelling") {
    for (
        const char* const line :
        {R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":6})",
         R"({"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"t":1764948620676})",
         R"({"ev":"T","sym":"O:AAPL251219C00190000","p":8.5,"s":1,"t":1764948620676,"ns":1764948620676123456,"src":"rest"})",
         R"({ "t" : 1764948620676, "ev":"T", "sym":"O:AAPL251219C00190000", "p":8.5, "s":1 })",
         R"({"ev":"T","sym":"O:AAPL251219C00190000","p":8.5,"s":1,"t":1764948620676,"n":{"a":1,"t":5}})"}) {
        INFO(line);
        CaptureLineReader reader;
        const CapturedLine read = reader.read(line);
        CHECK(read.kind == Kind::kTrade);
        CHECK(read.t_ms == 1'764'948'620'676);
    }
}

TEST_CASE("a line without a time that has a date is neither a trade nor lost") {
    for (const char* const line : {R"({"ev":"D","ticker":"AAPL","date":"2025-12-05"})", "no JSON",
                                   R"({"ev":"T","sym":"O:AAPL","t":-5})",
                                   R"({"ev":"X","n":1,"t":253402300800000})", R"({"ev":"W","src":"live"})"}) {
        INFO(line);
        CaptureLineReader reader;
        CHECK(reader.read(line).kind == Kind::kOther);
    }
}

TEST_CASE("a watermark belongs to the time it reaches, a marker to none") {
    CaptureLineReader reader;
    const std::string line = watermark_line({"live", "a.1", {"AAPL", "TSLA"}, 1000, 2000});
    const CapturedLine read = reader.read(std::string_view(line).substr(0, line.size() - 1));
    CHECK(read.kind == Kind::kWatermark);
    CHECK(read.t_ms == 2000);
    CHECK(reader.watermark().tickers.size() == 2);
    const std::string marker = pass_marker("rest");
    CHECK(reader.read(std::string_view(marker).substr(1, marker.size() - 2)).kind == Kind::kMarker);
}

TEST_CASE("what is lost is counted, and reaches to its latest trade") {
    CaptureLineReader reader;
    const std::string lines = R"({"ev":"T","sym":"O:AAPL251219C00190000","p":1,"s":1,"t":3000})"
                              "\n"
                              R"({"ev":"T","sym":"O:AAPL251219C00190000","p":1,"s":1,"t":2000})"
                              "\n\n" +
                              watermark_line({"live", "a.1", {"*"}, 1, 9000});
    CaptureLoss loss = loss_of(lines, reader, kFar);
    CHECK(loss.lines == 3);
    CHECK(loss.to_ms == 3000);
    CHECK(loss_of(lines, reader, 2500).to_ms == 2000);
    CHECK(loss_of("", reader, kFar).empty());
    loss.add({2, 1000});
    CHECK(loss.lines == 5);
    CHECK(loss.to_ms == 3000);
}

TEST_CASE("behind a loss a watermark begins later, or claims nothing") {
    const Watermark watermark{"live", "a.1", {"*"}, 1000, 2000};
    CHECK(watermark_behind(watermark, CaptureLoss::kNever)->from_ms == 1000);
    CHECK(watermark_behind(watermark, 999)->from_ms == 1000);
    CHECK(watermark_behind(watermark, 1000)->from_ms == 1001);
    CHECK(watermark_behind(watermark, 1999)->from_ms == 2000);
    CHECK(watermark_behind(watermark, 1999)->to_ms == 2000);
    CHECK_FALSE(watermark_behind(watermark, 2000));
    CHECK_FALSE(watermark_behind(watermark, 5000));
}
