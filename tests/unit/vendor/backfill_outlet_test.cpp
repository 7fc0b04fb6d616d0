#include "vendor/backfill_outlet.hpp"

#include "backfill_fixture.hpp"
#include "wire/record.hpp"
#include "wire/watermark.hpp"
#include "wire/watermark_reader.hpp"

using namespace pulse;
using namespace pulse::test;

TEST_CASE("state is written behind the records it is about") {
    FakeEdge edge;
    BackfillOutlet outlet(edge);
    outlet.append("one\n");
    outlet.remember("a", "one");
    CHECK(edge.calls == 0);
    edge.kill_at = 1;
    edge.kill_share = 0;
    CHECK_THROWS_AS(outlet.flush(), Killed);
    CHECK(edge.written == "one\n");
    CHECK(edge.state.empty());
}

TEST_CASE("records are handed out by 64 KiB, with the state that waited") {
    FakeEdge edge;
    BackfillOutlet outlet(edge);
    outlet.append("one\n");
    outlet.remember("a", "one");
    outlet.append(std::string(65'000, 'x') + "\n");
    CHECK(edge.written.empty());
    outlet.append(std::string(1'000, 'y') + "\n");
    CHECK(edge.written.size() == 66'006);
    CHECK(edge.state == "one\n");
    outlet.flush();
    CHECK(edge.calls == 2);
}

TEST_CASE("a later state of the same thing takes the place of one that still waits") {
    FakeEdge edge;
    BackfillOutlet outlet(edge);
    outlet.remember("b", "b 1");
    outlet.remember("a", "a 1");
    outlet.remember("b", "b 2");
    outlet.flush();
    CHECK(edge.state == "a 1\nb 2\n");
    outlet.remember("b", "b 3");
    outlet.flush();
    CHECK(edge.state == "a 1\nb 2\nb 3\n");
}

TEST_CASE("after a failed write nothing more goes out, so nothing lost looks finished") {
    FakeEdge edge;
    BackfillOutlet outlet(edge);
    outlet.append("one\n");
    outlet.remember("a", "one");
    edge.kill_at = 0;
    CHECK_THROWS_AS(outlet.flush(), Killed);
    outlet.append("two\n");
    outlet.flush();
    CHECK(edge.written == "on");
    CHECK(edge.state.empty());
}

TEST_CASE("the pass marker is a record that covers nothing, behind an empty line") {
    const std::string marker = pass_marker("rest");
    REQUIRE(marker.starts_with("\n{"));
    REQUIRE(marker.ends_with("}\n"));
    const auto line = marker.substr(1, marker.size() - 2);
    RecordParser parser;
    CHECK(parser.parse(line) == RecordKind::kOther);
    CHECK(parser.ev() == "W");
    const auto watermark = WatermarkReader().read(line);
    REQUIRE(watermark);
    CHECK(watermark->source == "rest");
    CHECK(watermark->tickers.empty());
}
