#include "pipe/output.hpp"

#include <csignal>

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
