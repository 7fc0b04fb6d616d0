#include "bus/child.hpp"

#include <csignal>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;
using namespace pulse::bus;

namespace {

ChildEnd shell(
    const std::string& script, std::string_view input, int tick_ms = 1'000,
    const std::function<void()>& tick = [] {}) {
    std::signal(SIGPIPE, SIG_IGN);  // as in every tool
    return run_child({"bash", "-c", script}, input, tick_ms, tick);
}

}  // namespace

TEST_CASE("a command that reads all and ends with 0 has done it, however much it is") {
    const std::string input(5'000'000, 'x');
    const ChildEnd end = shell("test $(wc -c) = 5000000", input);
    CHECK(end.code == 0);
    CHECK(end.read_all);
    CHECK(end.ok());
    CHECK(shell("cat >/dev/null", "").ok());
}

TEST_CASE("a command that leaves some of its input unread has not done it") {
    const std::string more_than_a_pipe_holds(5'000'000, 'x');
    CHECK_FALSE(shell("head -c 1 >/dev/null", more_than_a_pipe_holds).ok());
    CHECK_FALSE(shell("exec 0<&-; exit 0", "a few bytes").ok());
    CHECK(shell("exec 0<&-; exit 0", "a few bytes").code == 0);
}

TEST_CASE("the exit status is the command's, or tells its signal") {
    CHECK(shell("cat >/dev/null; exit 7", "x").code == 7);
    CHECK(shell("kill -9 $$", "x").code == 128 + 9);
}

TEST_CASE("TERM and Ctrl-C don't reach the command") {
    CHECK(shell("kill -TERM $$; kill -INT $$; cat >/dev/null", "x").ok());
}

TEST_CASE("ticks come while the command works") {
    int ticks = 0;
    CHECK(shell("cat >/dev/null; sleep 0.3", "x", 50, [&] { ++ticks; }).ok());
    CHECK(ticks >= 2);
}

TEST_CASE("a command that isn't there is a wrong setting") {
    try {
        run_child({"/nonexistent/command"}, "", 1'000, [] {});
        FAIL("it ran");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kConfig);
    }
    CHECK(can_run("sh"));
    CHECK_FALSE(can_run("no-such-program-anywhere"));
}
