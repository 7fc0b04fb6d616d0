#include "pipe/spool_queue.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

constexpr std::size_t kMiB = 1 << 20;

std::string chunk(int number, std::size_t size) {
    std::string text = fmt::format("{:08}\n", number);
    while (text.size() < size) text += text.substr(0, std::min(text.size(), size - text.size()));
    return text;
}

std::string drain(SpoolQueue& queue) {
    std::string all;
    std::string piece;
    queue.finish();
    while (queue.take(piece)) all += piece;
    return all;
}

}  // namespace

TEST_CASE("chunks come out in order, and the end only after the last one") {
    SpoolQueue queue({4 * kMiB, 0, ""});
    CHECK(queue.push("one\n") == PushResult::kQueued);
    CHECK(queue.push("") == PushResult::kQueued);
    CHECK(queue.push("two\n") == PushResult::kQueued);
    CHECK(queue.pending_bytes() == 8);
    CHECK(drain(queue) == "one\ntwo\n");
    CHECK(queue.pending_bytes() == 0);
}

TEST_CASE("order is kept over memory, spool file and memory again") {
    SpoolQueue queue({4 * kMiB, 64 * kMiB, ""});
    std::string expected;
    std::string out;
    std::string piece;
    for (int i = 0; i < 3000; ++i) {
        const std::string text = chunk(i, 10'000);
        expected += text;
        REQUIRE(queue.push(text) == PushResult::kQueued);
        if (i % 70 == 0 && queue.take(piece)) out += piece;
    }
    CHECK(queue.spooled_bytes() > 0);
    CHECK(queue.spool_error().empty());
    out += drain(queue);
    CHECK((out == expected));
}

TEST_CASE("the spool file is a ring: what was read makes room") {
    SpoolQueue queue({4 * kMiB, 8 * kMiB, ""});
    std::string expected;
    std::string out;
    std::string piece;
    for (int i = 0; i < 800; ++i) {
        const std::string text = chunk(i, 100'000);
        expected += text;
        REQUIRE(queue.push(text) == PushResult::kQueued);
        while (queue.pending_bytes() > 7 * kMiB && queue.take(piece)) out += piece;
    }
    CHECK(queue.spooled_bytes() > 40 * kMiB);  // several times round
    out += drain(queue);
    CHECK((out == expected));
}

TEST_CASE("a full spool loses whole chunks and says so; later ones fit again") {
    SpoolQueue queue({4 * kMiB, 2 * kMiB, ""});
    std::string expected;
    int lost = 0;
    for (int i = 0; i < 100; ++i) {
        const std::string text = chunk(i, 100'000);
        if (queue.push(text) == PushResult::kQueued) {
            expected += text;
        } else {
            ++lost;
        }
    }
    CHECK(lost > 0);
    CHECK(queue.pending_bytes() <= 6 * kMiB);
    CHECK(queue.pending_bytes() == expected.size());
    std::string out;
    std::string piece;
    while (queue.pending_bytes() > 0 && queue.take(piece)) out += piece;
    CHECK((out == expected));
    CHECK(queue.push("after\n") == PushResult::kQueued);
    CHECK(drain(queue) == "after\n");
}

TEST_CASE("without a spool file memory is the limit") {
    SpoolQueue queue({4 * kMiB, 0, ""});
    std::size_t kept = 0;
    while (queue.push(chunk(1, 100'000)) == PushResult::kQueued) kept += 100'000;
    CHECK(kept > 3 * kMiB);
    CHECK(kept <= 4 * kMiB);
    CHECK(drain(queue).size() == kept);
}

TEST_CASE("a chunk larger than all memory is taken by an empty queue") {
    SpoolQueue queue({4 * kMiB, 0, ""});
    CHECK(queue.push(std::string(10 * kMiB, 'x')) == PushResult::kQueued);
    CHECK(queue.push("y") == PushResult::kQueued);
    CHECK(drain(queue).size() == 10 * kMiB + 1);
}

TEST_CASE("the spool file leaves no name behind") {
    const auto directory = std::filesystem::temp_directory_path() / fmt::format("spool-test-{}", ::getpid());
    std::filesystem::create_directory(directory);
    SpoolQueue queue({4 * kMiB, 64 * kMiB, directory.string()});
    for (int i = 0; i < 80; ++i) queue.push(chunk(i, 100'000));
    CHECK(queue.spooled_bytes() > 0);
    CHECK(std::filesystem::is_empty(directory));
    std::filesystem::remove_all(directory);
}

TEST_CASE("a folder that can't hold a spool file is a configuration error, told before any data comes") {
    try {
        SpoolQueue queue({4 * kMiB, kMiB, "/nonexistent/folder"});
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.exit() == Exit::kConfig);
        CHECK_THAT(e.what(), ContainsSubstring("--spool-dir"));
    }
}

TEST_CASE("a consumer that waits gets a chunk as soon as it is pushed") {
    SpoolQueue queue({4 * kMiB, 0, ""});
    std::string got;
    std::thread consumer([&] {
        std::string piece;
        while (queue.take(piece)) got += piece;
    });
    for (int i = 0; i < 2000; ++i) {
        queue.push(chunk(i, 9));
        if (i % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    queue.finish();
    consumer.join();
    std::string expected;
    for (int i = 0; i < 2000; ++i) expected += chunk(i, 9);
    CHECK((got == expected));
}
