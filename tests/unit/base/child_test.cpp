#include "base/child.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <csignal>
#include <thread>

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

TEST_CASE("orphans are taken away, the command itself is left for wait()") {
    REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // as process 1 is
    // The command's child ends after the command, which leaves it to us.
    Child child({"sh", "-c", "sleep 0.2 & exit 5"});
    REQUIRE(pulse::readable(child.end_fd(), 30'000));
    child.reap_orphans();
    CHECK(child.wait() == 5);
    siginfo_t ended{};
    for (int i = 0; i < 600 && ended.si_pid == 0; ++i) {
        ::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    REQUIRE(ended.si_pid != 0);
    child.reap_orphans();
    CHECK(::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == -1);  // nobody is left
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}
