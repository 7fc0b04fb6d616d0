#include "base/child.hpp"

#include <csignal>

#include "base/error.hpp"
#include "catch.hpp"

using pulse::Child;

TEST_CASE("the end of a command is its exit status, or 128 and the signal") {
    CHECK(Child({"true"}).wait() == 0);
    CHECK(Child({"sh", "-c", "exit 42"}).wait() == 42);
    CHECK(Child({"sh", "-c", "kill -9 $$"}).wait() == 128 + SIGKILL);
}

TEST_CASE("arguments arrive as they are") {
    CHECK(Child({"test", "a b'$HOME", "=", "a b'$HOME"}).wait() == 0);
    CHECK(Child({"test", "", "=", "x"}).wait() == 1);
}

TEST_CASE("a command that can't be run says which and why") {
    CHECK_THROWS_WITH(Child({"no-such-command-anywhere"}),
                      "cannot run 'no-such-command-anywhere': No such file or directory");
    CHECK_THROWS_WITH(Child({"/etc"}), "cannot run '/etc': Permission denied");
}

TEST_CASE("a command ends when it's told, and its end is noticed") {
    Child child({"sleep", "600"});
    CHECK_FALSE(pulse::readable(child.end_fd(), 0));
    child.terminate();
    CHECK(pulse::readable(child.end_fd(), 30'000));
    CHECK(child.wait() == 128 + SIGTERM);
    CHECK(child.wait() == 128 + SIGTERM);
    child.terminate();  // nobody's pid any more
}

TEST_CASE("a command doesn't inherit that we ignore SIGPIPE") {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    CHECK(Child({"sh", "-c", "kill -PIPE $$; exit 3"}).wait() == 128 + SIGPIPE);
    std::signal(SIGPIPE, before);
}
