#include "base/log.hpp"

#include <algorithm>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("a text line names time, level and tool, and stays one line") {
    log::configure("tester", log::Level::kInfo, log::Format::kText);
    const std::string line = log::line(log::Level::kWarn, "two\nlines\x1b[31m");
    CHECK_THAT(line, ContainsSubstring("Z warn tester: two lines [31m\n"));
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
}

TEST_CASE("a json line escapes what a message may hold") {
    log::configure("tester", log::Level::kInfo, log::Format::kJson);
    const std::string line = log::line(log::Level::kError, "say \"no\" \\ \t");
    CHECK_THAT(line, ContainsSubstring(R"({"level":"error","time":")"));
    CHECK_THAT(line, ContainsSubstring(R"("tool":"tester","msg":"say \"no\" \\ \u0009"})"));
    log::configure("tester", log::Level::kInfo, log::Format::kText);
}

TEST_CASE("levels above the chosen one are silent") {
    log::configure("tester", log::Level::kWarn, log::Format::kText);
    CHECK(log::enabled(log::Level::kError));
    CHECK_FALSE(log::enabled(log::Level::kInfo));
    log::configure("tester", log::Level::kInfo, log::Format::kText);
}

TEST_CASE("a burst passes, then one message a period, the rest are counted") {
    log::RateLimit limit(2, 1000);
    CHECK(limit.allow(0));
    CHECK(limit.allow(1));
    CHECK_FALSE(limit.allow(2));
    CHECK_FALSE(limit.allow(1000));
    CHECK(limit.allow(1001));
    CHECK(limit.take_suppressed() == 2);
    CHECK(limit.take_suppressed() == 0);
}
