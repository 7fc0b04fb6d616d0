#include "vendor/bars_task.hpp"

#include "backfill_job.hpp"
#include "vendor/rest_urls.hpp"
#include "wire/record.hpp"

using namespace pulse;
using namespace pulse::test;

namespace {

constexpr std::string_view kNumbers =
    R"("o":278.780,"h":281.14,"l":278.05,"c":2.7878E2,"v":47265845.0,"vw":279.5,"n":7)";

struct Bars {
    FakeVendor vendor;
    FakeEdge edge;
    BackfillOutlet outlet{edge};
    BarsCounts counts;

    Bars() {
        for (Day day = kMonday - 1; day < kMonday + 4; ++day)
            vendor.bar("AAPL", new_york_ms(day, 0), std::string(kNumbers));
    }
    void run(const std::string& ticker, double break_chance = 0, unsigned seed = 1) {
        auto task = std::make_unique<BarsTask>(kBase, ticker, kMonday, kMonday + 2, outlet, edge, counts);
        Driver driver(vendor, [&] { return std::move(task); }, seed);
        driver.break_chance = break_chance;
        driver.run();
        outlet.flush();
    }
};

}  // namespace

TEST_CASE("bars are written as records, with the vendor's numbers and New York dates") {
    Bars bars;
    bars.run("AAPL");
    std::string expected;
    for (const auto* const date : {"2025-12-01", "2025-12-02", "2025-12-03"})
        expected +=
            fmt::format(R"({{"ev":"D","ticker":"AAPL","date":"{}","o":278.780,"h":281.14,"l":278.05,)",
                        date) +
            R"("c":2.7878E2,"v":47265845.0})" + "\n";
    CHECK(bars.edge.written == expected);
    CHECK(bars.counts.received == 5);
    CHECK(bars.counts.written == 3);
    CHECK(bars.counts.outside == 2);
    CHECK(bars.vendor.requests.size() == 2);
    CHECK_THAT(bars.vendor.requests[0],
               ContainsSubstring("/v2/aggs/ticker/AAPL/range/1/day/2025-12-01/2025-12-03?"));
    RecordParser parser;
    CHECK(parser.parse(FakeEdge::whole_lines(bars.edge.written).at(0)) == RecordKind::kOther);
    CHECK(parser.ev() == "D");
}

TEST_CASE("bars of a page that broke off are written once") {
    for (unsigned seed = 1; seed < 30; ++seed) {
        Bars bars;
        bars.run("AAPL", 0.6, seed);
        CHECK(FakeEdge::whole_lines(bars.edge.written).size() == 3);
        CHECK(bars.counts.received == 5);
    }
}

TEST_CASE("a stock without bars writes none and is counted") {
    Bars bars;
    bars.run("AAPLE");
    CHECK(bars.edge.calls == 0);
    CHECK(bars.counts.without == 1);
}

TEST_CASE("a bar that can't be used is told by stock and number") {
    Bars bars;
    bars.vendor.bar("TSLA", new_york_ms(kMonday, 0), R"("o":1,"h":2,"l":1,"c":"2","v":3)");
    bars.vendor.bar("TSLA", new_york_ms(kMonday, 0), R"("o":1,"h":2,"l":1,"c":2,"v":3)");
    bars.run("TSLA");
    REQUIRE(bars.edge.rejects.size() == 1);
    CHECK_THAT(bars.edge.rejects[0], ContainsSubstring("daily bars of TSLA 1: "));
    CHECK(bars.counts.rejected == 1);
    CHECK(FakeEdge::whole_lines(bars.edge.written).size() == 1);
}

TEST_CASE("a damaged bar makes the page broken, and a page that changed is read again from the start") {
    Bars bars;
    BarsTask task(kBase, "AAPL", kMonday, kMonday + 2, bars.outlet, bars.edge, bars.counts);
    const auto read = [&](const std::string& rows) {
        task.start({});
        task.body(R"({"status":"OK","results":[)" + rows + "]}");
        return task.end();
    };
    const auto bar = [](Day day, const std::string& close) {
        return fmt::format(R"({{"o":1,"h":2,"l":1,"c":{},"v":3,"t":{}}})", close, new_york_ms(day, 0));
    };
    CHECK(read(bar(kMonday, "1") + "," + bar(kMonday + 1, "x")) == FetchNext::kBroken);
    CHECK(bars.counts.received == 1);
    CHECK(bars.counts.rejected == 0);
    CHECK(read(bar(kMonday, "2")) == FetchNext::kMore);
    CHECK(task.request().url == bars_url(kBase, "AAPL", kMonday, kMonday + 2));
    CHECK(read(bar(kMonday, "2")) == FetchNext::kDone);
    bars.outlet.flush();
    const auto lines = FakeEdge::whole_lines(bars.edge.written);
    REQUIRE(lines.size() == 2);
    CHECK_THAT(lines[1], ContainsSubstring(R"("c":2,)"));
}
