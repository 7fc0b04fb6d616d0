#include "pipe/queue_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/signals.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
    Pipe() {
        install_stop_signals();  // SIGPIPE must be an error code here, as in the tools
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        read_end = UniqueFd(ends[0]);
        write_end = UniqueFd(ends[1]);
    }
    std::string read_all() {
        std::string all;
        std::array<char, 4096> piece{};
        while (const auto n = read_some(read_end.get(), piece.data(), piece.size(), "pipe"))
            all.append(piece.data(), n);
        return all;
    }
};

template <typename Condition>
bool soon(const Condition& condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

}  // namespace

TEST_CASE("what is pushed and what is written at once arrives in the order given") {
    Pipe pipe;
    SpoolQueue queue({4 << 20, 0, ""});
    std::string got;
    std::string expected;
    int at_once = 0;
    std::thread reader([&] { got = pipe.read_all(); });
    {
        QueueWriter writer(queue, pipe.write_end.get(), [] {});
        for (int i = 0; i < 20'000; ++i) {
            const std::string line = fmt::format("{}\n", i);
            expected += line;
            if (i % 3 != 0 && writer.write_at_once(line)) {
                ++at_once;
            } else {
                REQUIRE(queue.push(line) == PushResult::kQueued);
            }
            if (i % 100 == 1) soon([&] { return queue.idle(); });
        }
        queue.finish();
        writer.join();
        CHECK_FALSE(writer.failed());
    }
    pipe.write_end.reset();
    reader.join();
    CHECK(at_once > 0);
    CHECK((got == expected));
}

TEST_CASE("a full pipe is never written at once") {
    Pipe pipe;
    SpoolQueue queue({4 << 20, 0, ""});
    QueueWriter writer(queue, pipe.write_end.get(), [] {});
    REQUIRE(soon([&] { return queue.idle(); }));
    const std::string piece(4096, 'x');
    int written = 0;
    while (writer.write_at_once(piece)) ++written;
    CHECK(written == 16);  // a pipe holds 64 KiB, and writing on would have blocked this test for ever
    CHECK_FALSE(writer.failed());
    queue.finish();
}

TEST_CASE("large pieces and other descriptors than pipes take the way through the queue") {
    Pipe pipe;
    SpoolQueue queue({4 << 20, 0, ""});
    QueueWriter writer(queue, pipe.write_end.get(), [] {});
    REQUIRE(soon([&] { return queue.idle(); }));
    CHECK_FALSE(writer.write_at_once(std::string(4097, 'x')));
    queue.finish();

    const UniqueFd null = open_for_writing("/dev/null");
    SpoolQueue other({4 << 20, 0, ""});
    QueueWriter to_null(other, null.get(), [] {});
    REQUIRE(soon([&] { return other.idle(); }));
    CHECK_FALSE(to_null.write_at_once("x"));
    other.finish();
}

TEST_CASE("a reader that went away is told once, whichever thread writes") {
    const bool at_once = GENERATE(true, false);
    Pipe pipe;
    SpoolQueue queue({4 << 20, 0, ""});
    std::atomic<int> told{0};
    CHECK_FALSE(reader_gone(pipe.write_end.get()));
    {
        QueueWriter writer(queue, pipe.write_end.get(), [&] { ++told; });
        REQUIRE(soon([&] { return queue.idle(); }));
        pipe.read_end.reset();
        CHECK(reader_gone(pipe.write_end.get()));
        if (at_once) {
            writer.write_at_once("x");
        } else {
            queue.push("x");
        }
        REQUIRE(soon([&] { return writer.failed(); }));
        CHECK_THAT(writer.error(), ContainsSubstring("reader of stdout went away"));
        CHECK_FALSE(writer.write_at_once("y"));
        queue.finish();
    }
    CHECK(told == 1);
}
