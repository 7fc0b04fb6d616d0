#include "vendor/backfill_progress.hpp"

#include "catch.hpp"

using namespace pulse;

TEST_CASE("numbers are spelled for people") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1'234'567) == "1,234,567");
    CHECK(rounded(999'999) == "999,999");
    CHECK(rounded(1'234'567) == "1.2 M");
    CHECK(rounded(2'345'678'901) == "2.3 G");
    CHECK(duration_text(7) == "0:07");
    CHECK(duration_text(552) == "9:12");
    CHECK(duration_text(3750) == "1:02:30");
}

TEST_CASE("progress says what is done, how fast, and when it ends") {
    BackfillProgress progress;
    progress.update({"AAPL", 234, 56'012, 1'234'567, 3456}, 300, 1000);
    CHECK(progress.text() == "AAPL  contracts 234/56,012  rows 1.2 M  kept 3,456  0.0 requests/s  ETA ?");
    progress.update({"AAPL", 1234, 56'012, 1'234'567, 3456}, 1200, 11'000);
    CHECK(progress.text() == "AAPL  contracts 1,234/56,012  rows 1.2 M  kept 3,456  90 requests/s  ETA 9:08");
}

TEST_CASE("before the contracts are known progress says so") {
    BackfillProgress progress;
    progress.update({"", 0, 0, 0, 0}, 0, 0);
    progress.update({"", 0, 0, 0, 0}, 5, 2000);
    CHECK(progress.text() == "listing contracts  2.5 requests/s");
}

TEST_CASE("speed is that of the last half minute") {
    BackfillProgress progress;
    std::uint64_t requests = 0;
    for (std::int64_t now = 0; now < 100'000; now += 250)
        progress.update({"AAPL", 1, 9, 0, 0}, requests += 25, now);
    for (std::int64_t now = 100'000; now < 140'000; now += 250)
        progress.update({"AAPL", 1, 9, 0, 0}, requests += 5, now);
    CHECK_THAT(progress.text(), ContainsSubstring("  20 requests/s  ETA ?"));
}
