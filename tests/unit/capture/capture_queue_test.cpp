#include "capture/capture_queue.hpp"

#include <string>

#include "catch.hpp"

using namespace pulse;

namespace {
using Taken = CaptureQueue::Taken;
}

TEST_CASE("lines come out as they went in, then the end") {
    CaptureQueue queue(1 << 20);
    CHECK(queue.push("a\n"));
    CHECK(queue.push("b\n"));
    queue.finish();
    CaptureQueue::Item item;
    REQUIRE(queue.take(item, 1000) == Taken::kItem);
    CHECK(item.lines == "a\nb\n");
    CHECK(queue.take(item, 1000) == Taken::kEnd);
}

TEST_CASE("without lines the reader is let go after a while, and small pieces wait that long") {
    CaptureQueue queue(1 << 20);
    CaptureQueue::Item item;
    CHECK(queue.take(item, 1) == Taken::kTimeout);
    CHECK(queue.push("a\n"));
    CHECK(queue.take(item, 1) == Taken::kItem);
    CHECK(item.lines == "a\n");
}

TEST_CASE("a full queue takes nothing until half of it is empty") {
    CaptureQueue queue(1 << 20);
    const std::string block(256 << 10, 'x');
    for (int i = 0; i < 4; ++i) CHECK(queue.push(block));
    CHECK_FALSE(queue.push("x"));
    CaptureQueue::Item item;
    CHECK(queue.take(item, 1) == Taken::kItem);
    CHECK_FALSE(queue.push("x"));
    item.lines.clear();
    CHECK(queue.take(item, 1) == Taken::kItem);
    CHECK(queue.bytes() == 512 << 10);
    CHECK(queue.push("x"));
}

TEST_CASE("a loss is told in its place among the lines") {
    CaptureQueue queue(1 << 20);
    CHECK(queue.push("before\n"));
    queue.lost({2, 50});
    queue.lost({1, 40});
    CHECK(queue.push("behind\n"));
    queue.finish();
    CaptureQueue::Item item;
    REQUIRE(queue.take(item, 1) == Taken::kItem);
    CHECK(item.lines == "before\n");
    CHECK(item.lost.empty());
    item = {};
    REQUIRE(queue.take(item, 1) == Taken::kItem);
    CHECK(item.lost.lines == 3);
    CHECK(item.lost.to_ms == 50);
    CHECK(item.lines == "behind\n");
}
