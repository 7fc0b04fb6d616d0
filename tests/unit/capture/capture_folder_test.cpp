#include "capture/capture_folder.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "base/clock.hpp"
#include "capture/capture_direct.hpp"
#include "capture/capture_writer.hpp"
#include "catch.hpp"
#include "scratch_folder.hpp"
#include "wire/watermark.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kOpen = 1'764'945'000'000;  // 2025-12-05 9:30 New York
constexpr std::int64_t kDayMs = 86'400'000;

std::string trade(std::int64_t t_ms) {
    return fmt::format(R"({{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"t":{}}})"
                       "\n",
                       t_ms);
}

std::string watermark(std::int64_t from_ms, std::int64_t to_ms) {
    return watermark_line({"live", "a.1", {"*"}, from_ms, to_ms});
}

CaptureSettings in(const ScratchFolder& folder, const std::string& kind = "live") {
    return {folder.path, kind, kind == "live" ? "" : "p0_d0to30", {}};
}

// All of it, file by file in the order of their names.
std::string all_of(const ScratchFolder& folder) {
    std::string text;
    for (const std::string& file : folder.files()) text += folder.text_of(file);
    return text;
}

/// No file may grow beyond `bytes` while this lives: the disk is full.
struct FullDisk {
    rlimit before{};
    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit limit{bytes, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

}  // namespace

TEST_CASE("what was taken is kept, line for line") {
    const ScratchFolder folder;
    const std::string lines =
        trade(kOpen) + trade(kOpen + 5) + watermark(kOpen, kOpen + 5) + trade(kOpen + 3);
    CaptureFolder capture(in(folder));
    capture.take(lines);
    capture.close();
    REQUIRE(folder.files().size() == 1);
    CHECK_THAT(folder.files()[0], ContainsSubstring("2025-12-05/live-20251205T143000000Z-"));
    CHECK(all_of(folder) == lines);
    CHECK(capture.counts().lines == 4);
    CHECK(capture.counts().text_bytes == lines.size());
    CHECK(capture.counts().lost.empty());
}

TEST_CASE("each New York date has a folder of its own") {
    const ScratchFolder folder;
    const std::int64_t midnight = new_york_ms(day_from_civil(2025, 12, 6), 0);
    CaptureFolder capture(in(folder));
    capture.take(trade(midnight - 1) + trade(midnight) + watermark(kOpen, midnight));
    capture.take(trade(midnight - 2));
    capture.close();
    REQUIRE(folder.files().size() == 2);
    CHECK(folder.text_of(folder.files()[0]) == trade(midnight - 1) + trade(midnight - 2));
    CHECK(folder.text_of(folder.files()[1]) == trade(midnight) + watermark(kOpen, midnight));
}

TEST_CASE("what waits is written after a second, and nothing before") {
    const ScratchFolder folder;
    CaptureFolder capture(in(folder));
    const std::int64_t now = mono_ms();
    capture.take(trade(kOpen));
    capture.tick(now + 500);
    CHECK(folder.files().empty());
    capture.tick(now + 2000);
    REQUIRE(folder.files().size() == 1);
    CHECK(folder.text_of(folder.files()[0]) == trade(kOpen));
    CHECK_THAT(folder.files()[0], ContainsSubstring(".part"));
}

TEST_CASE("a date for which nothing comes any more is closed") {
    const ScratchFolder folder;
    CaptureFolder capture(in(folder));
    capture.take(trade(kOpen));
    capture.tick(mono_ms() + 2000);
    capture.tick(mono_ms() + 600'000);
    REQUIRE(folder.files().size() == 1);
    CHECK(folder.files()[0].ends_with(".zst"));
    capture.take(trade(kOpen + 1));
    capture.close();
    CHECK(all_of(folder) == trade(kOpen) + trade(kOpen + 1));
}

// A file may be removed: the next one's watermarks must not speak for what stands in it.
TEST_CASE("after an hour of live tape a new file begins, behind a watermark, and claims begin with it") {
    constexpr std::int64_t kHour = 3'600'000;
    const ScratchFolder folder;
    CaptureFolder capture(in(folder));
    const std::string first = trade(kOpen) + watermark(kOpen, kOpen);
    const std::string late = trade(kOpen + kHour + 10) + watermark(kOpen, kOpen + kHour + 10);
    capture.take(first);
    capture.settle();
    capture.take(late);
    capture.take(trade(kOpen + 7) + watermark(kOpen, kOpen + kHour + 10) + trade(kOpen + kHour + 20) +
                 watermark(kOpen, kOpen + kHour + 20));
    capture.close();
    REQUIRE(folder.files().size() == 2);
    CHECK(folder.text_of(folder.files()[0]) == first + late);
    CHECK(folder.text_of(folder.files()[1]) ==
          trade(kOpen + 7) + trade(kOpen + kHour + 20) + watermark(kOpen + kHour + 11, kOpen + kHour + 20));
    CHECK(capture.counts().withheld == 1);
    CHECK(capture.counts().lost.empty());
}

TEST_CASE("history, which jumps in time, stays in one file a date, and its watermarks stay whole") {
    const ScratchFolder folder;
    const std::string close = watermark_line({"rest", "r", {"AAPL"}, kOpen, kOpen + 23'400'000});
    CaptureFolder capture(in(folder, "history"));
    for (int contract = 0; contract < 3; ++contract) {
        capture.take(trade(kOpen) + trade(kOpen + 20'000'000) + trade(kOpen - kDayMs));
        capture.settle();
    }
    capture.take(close);
    capture.close();
    REQUIRE(folder.files().size() == 2);
    CHECK_THAT(folder.files()[1], ContainsSubstring("history-20251205T143000000Z-p0_d0to30-"));
    CHECK_THAT(folder.text_of(folder.files()[1]), ContainsSubstring(close));
}

TEST_CASE("that a source starts over is said in every date's file, before its next line") {
    const ScratchFolder folder;
    const std::string marker = pass_marker("rest").substr(1);
    CaptureFolder capture(in(folder, "history"));
    capture.take(trade(kOpen) + trade(kOpen - kDayMs));
    capture.take("\n" + marker + trade(kOpen));
    capture.take(trade(kOpen + 1) + trade(kOpen - kDayMs));
    capture.close();
    REQUIRE(folder.files().size() == 2);
    CHECK(folder.text_of(folder.files()[0]) == trade(kOpen - kDayMs) + marker + trade(kOpen - kDayMs));
    CHECK(folder.text_of(folder.files()[1]) == trade(kOpen) + marker + trade(kOpen) + trade(kOpen + 1));
}

TEST_CASE("behind lost trades a watermark begins later or isn't kept") {
    const ScratchFolder folder;
    CaptureFolder capture(in(folder));
    capture.take(trade(kOpen));
    capture.lost({3, kOpen + 100});
    capture.take(watermark(kOpen, kOpen + 50) + trade(kOpen + 200) + watermark(kOpen, kOpen + 200));
    capture.close();
    CHECK(all_of(folder) == trade(kOpen) + trade(kOpen + 200) + watermark(kOpen + 101, kOpen + 200));
    CHECK(capture.counts().lost.lines == 3);
    CHECK(capture.counts().withheld == 1);
}

TEST_CASE("a damaged time from the future takes nobody's claims") {
    const ScratchFolder folder;
    CaptureFolder capture(in(folder));
    capture.take(trade(wall_ms() + 10 * kDayMs) + trade(kOpen));
    capture.settle();
    capture.take(watermark(kOpen, kOpen));
    capture.close();
    CHECK_THAT(all_of(folder), ContainsSubstring(watermark(kOpen, kOpen)));
}

TEST_CASE("a full disk loses whole frames, which no watermark claims, and what follows is kept") {
    const ScratchFolder folder;
    CaptureFolder capture(in(folder));
    capture.take(trade(kOpen) + watermark(kOpen, kOpen));
    capture.settle();
    {
        const FullDisk full(40);
        capture.take(trade(kOpen + 1000) + watermark(kOpen, kOpen + 1000));
        capture.settle();
        CHECK(capture.counts().lost.lines == 2);
        CHECK(capture.counts().lost.to_ms == kOpen + 1000);
        CHECK_THAT(capture.failure(), ContainsSubstring("File too large"));
    }
    capture.take(trade(kOpen + 2000) + watermark(kOpen, kOpen + 2000));
    capture.close();
    CHECK(all_of(folder) == trade(kOpen) + watermark(kOpen, kOpen) + trade(kOpen + 2000) +
                                watermark(kOpen + 1001, kOpen + 2000));
    CHECK(capture.counts().lines == 4);
    for (const std::string& file : folder.files()) CHECK(file.ends_with(".zst"));
}

TEST_CASE("the writer's thread keeps what it was handed, in order") {
    const ScratchFolder folder;
    std::string lines;
    CaptureWriter writer(in(folder));
    for (int i = 0; i < 20'000; ++i) {
        const std::string line = trade(kOpen + i);
        lines += line;
        writer.take(line);
    }
    writer.finish();
    CHECK((all_of(folder) == lines));
    CHECK(writer.counts().lines == 20'000);
    CHECK(writer.counts().lost.empty());
}

TEST_CASE("what the writer's queue has no room for is lost, counted and not claimed") {
    const ScratchFolder folder;
    CaptureWriter writer(in(folder), 1000);
    writer.take(trade(kOpen));
    std::string too_much;
    for (int i = 1; i <= 100; ++i) too_much += trade(kOpen + i);
    writer.take(too_much);
    writer.take(watermark(kOpen, kOpen + 200));
    writer.finish();
    CHECK(writer.counts().lost.lines == 100);
    CHECK(all_of(folder) == trade(kOpen) + watermark(kOpen + 101, kOpen + 200));
}

TEST_CASE("of history nothing may be lost: the first failure ends the work") {
    const ScratchFolder folder;
    CaptureDirect capture(in(folder, "history"));
    const FullDisk full(10);
    CHECK_NOTHROW(capture.take(trade(kOpen)));
    CHECK_THROWS_WITH(capture.settle(), ContainsSubstring("the capture failed"));
}
