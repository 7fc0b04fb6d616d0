#include "pipe/output.hpp"

#include <unistd.h>

#include <csignal>
#include <thread>

#include "pipe_pair.hpp"

using namespace pulse;

TEST_CASE("output is gathered until flushed") {
    const PipePair pipe;
    Output output(pipe.in.get(), "test");
    output.append("line\n");
    CHECK_FALSE(readable(pipe.out.get(), 0));
    output.flush();
    CHECK(output.empty());
    char text[16];
    CHECK(read_some(pipe.out.get(), text, sizeof text, "test") == 5);
}

TEST_CASE("a reader that went away and a full disk are told apart") {
    ::signal(SIGPIPE, SIG_IGN);
    PipePair pipe;
    pipe.out.reset();
    Output gone(pipe.in.get(), "test");
    gone.append("line\n");
    CHECK_THROWS_AS(gone.flush(), ReaderGone);

    const UniqueFd full = open_for_writing("/dev/full");
    Output disk(full.get(), "test");
    disk.append("line\n");
    CHECK_THROWS_WITH(disk.flush(), ContainsSubstring("No space left"));
}

TEST_CASE("waiting until all is read ends with the reader's read, or with the reader") {
    PipePair pipe;
    Output output(pipe.in.get(), "test");
    output.append("line\n");
    char text[16];
    std::size_t got = 0;
    std::thread reader([&] {
        ::usleep(20'000);
        got = read_some(pipe.out.get(), text, sizeof text, "test");
    });
    output.wait_until_read();
    reader.join();
    CHECK(got == 5);

    output.append("line\n");
    output.flush();
    pipe.out.reset();
    CHECK_THROWS_AS(output.wait_until_read(), ReaderGone);
}

TEST_CASE("a file has no reader to wait for") {
    const UniqueFd file = open_for_writing("/dev/null");
    Output output(file.get(), "test");
    output.append("line\n");
    output.wait_until_read();
    CHECK(output.empty());
}

namespace {

struct Copy final : TapeCopy {
    std::string taken;
    bool settled = false;
    bool fails = false;
    void take(std::string_view lines) override {
        taken += lines;
        if (fails) throw Error(Exit::kIo, "the copy failed");
    }
    void settle() override { settled = true; }
    void finish() override {}
};

}  // namespace

TEST_CASE("a copy gets what is written, once it is") {
    const PipePair pipe;
    Output output(pipe.in.get(), "test");
    Copy copy;
    CHECK_FALSE(output.is_copied());
    output.copy_to(&copy);
    output.append("one\n");
    CHECK(copy.taken.empty());
    output.flush();
    output.append("two\n");
    output.flush();
    CHECK(copy.taken == "one\ntwo\n");
    CHECK_FALSE(copy.settled);
    output.settle_copy();
    CHECK(copy.settled);
}

TEST_CASE(
    "what the reader doesn't get isn't copied, and a copy that fails doesn't have lines written twice") {
    Copy copy;
    const UniqueFd full = open_for_writing("/dev/full");
    Output disk(full.get(), "test");
    disk.copy_to(&copy);
    disk.append("line\n");
    CHECK_THROWS_AS(disk.flush(), Error);
    CHECK(copy.taken.empty());

    const PipePair pipe;
    Output output(pipe.in.get(), "test");
    copy.fails = true;
    output.copy_to(&copy);
    output.append("line\n");
    CHECK_THROWS_WITH(output.flush(), "the copy failed");
    CHECK(output.empty());
    char text[16];
    CHECK(read_some(pipe.out.get(), text, sizeof text, "test") == 5);
    CHECK_FALSE(readable(pipe.out.get(), 0));
}
