#include "pipe/line_blocks.hpp"

#include <random>
#include <thread>
#include <vector>

#include "pipe_pair.hpp"

using namespace pulse;
using Status = LineBlocks::Status;

namespace {

struct Collected {
    std::vector<std::string> lines;
    std::vector<std::string> long_lines;
};

Collected collect(LineBlocks& blocks) {
    Collected result;
    std::string piece;
    for (;;) {
        const Status status = blocks.next(5000);
        REQUIRE(status != Status::kTimeout);
        if (status == Status::kEnd) return result;
        std::string_view text = blocks.text();
        if (status == Status::kLongLine) piece += text;
        if (status == Status::kLongEnd) result.long_lines.push_back(std::exchange(piece, {}));
        while (status == Status::kLines && !text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            result.lines.emplace_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }
}

}  // namespace

TEST_CASE("a complete line comes out before the next one is there") {
    const PipePair pipe;
    LineBlocks blocks(pipe.out.get(), "test", 100);
    pipe.send("one\ntw");
    REQUIRE(blocks.next() == Status::kLines);
    CHECK(blocks.text() == "one\n");
    CHECK(blocks.drained());
    CHECK(blocks.next(0) == Status::kTimeout);
    pipe.send("o\n");
    REQUIRE(blocks.next() == Status::kLines);
    CHECK(blocks.text() == "two\n");
}

TEST_CASE("a last line without newline counts") {
    PipePair pipe;
    pipe.send("one\ntwo");
    pipe.in.reset();
    LineBlocks blocks(pipe.out.get(), "test", 100);
    CHECK(collect(blocks).lines == std::vector<std::string>{"one", "two"});
    CHECK(blocks.next() == Status::kEnd);
}

TEST_CASE("a line over the limit is handed out apart and its neighbours are whole") {
    for (const std::size_t length : {101U, 4096U, 300000U}) {
        PipePair pipe;
        std::thread writer([&] {
            write_all(pipe.in.get(),
                      "before\n" + std::string(length, 'x') + "\nafter\n" + std::string(length, 'y'));
            pipe.in.reset();
        });
        LineBlocks blocks(pipe.out.get(), "test", 100, 64);
        const Collected result = collect(blocks);
        writer.join();
        CHECK(result.lines == std::vector<std::string>{"before", "after"});
        REQUIRE(result.long_lines.size() == 2);
        CHECK(result.long_lines[0] == std::string(length, 'x'));
        CHECK(result.long_lines[1] == std::string(length, 'y'));
    }
}

TEST_CASE("a line of exactly the limit is no long line") {
    PipePair pipe;
    pipe.send(std::string(100, 'x') + "\n" + std::string(101, 'y') + "\n" + std::string(100, 'z'));
    pipe.in.reset();
    LineBlocks blocks(pipe.out.get(), "test", 100, 4096);
    const Collected result = collect(blocks);
    // A block that arrives at once may hold a line a little over the limit: its consumer checks lengths, too.
    CHECK(result.lines.front() == std::string(100, 'x'));
    CHECK(result.lines.back() == std::string(100, 'z'));
    CHECK(result.lines.size() + result.long_lines.size() == 3);
}

TEST_CASE("random lines survive random writes") {
    std::mt19937 random(3);
    std::vector<std::string> lines;
    std::string all;
    for (int i = 0; i < 3000; ++i) {
        lines.emplace_back(random() % 90, static_cast<char>('a' + i % 26));
        all += lines.back() + "\n";
    }
    PipePair pipe;
    std::thread writer([&] {
        for (std::string_view rest = all; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 300);
            write_all(pipe.in.get(), rest.substr(0, size));
            rest.remove_prefix(size);
        }
        pipe.in.reset();
    });
    LineBlocks blocks(pipe.out.get(), "test", 100, 128);
    CHECK(collect(blocks).lines == lines);
    writer.join();
}

TEST_CASE("a buffer given away keeps its text while reading goes on") {
    PipePair pipe;
    LineBlocks blocks(pipe.out.get(), "test", 100);
    auto buffer = blocks.new_buffer();
    pipe.send("one\nhalf");
    REQUIRE(blocks.next() == Status::kLines);
    const std::string_view first = blocks.text();
    blocks.exchange_buffer(buffer);
    pipe.send(" done\n");
    REQUIRE(blocks.next() == Status::kLines);
    CHECK(first == "one\n");
    CHECK(blocks.text() == "half done\n");
}

TEST_CASE("whether all was consumed is known without waiting") {
    PipePair pipe;
    LineBlocks blocks(pipe.out.get(), "test", 100);
    pipe.send("one\n");
    CHECK_FALSE(blocks.all_consumed());
    REQUIRE(blocks.next() == Status::kLines);
    CHECK_FALSE(blocks.all_consumed());
    pipe.in.reset();
    CHECK(blocks.all_consumed());
}
