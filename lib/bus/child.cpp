#include "bus/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"

namespace pulse::bus {

namespace {

constexpr int kWithoutPidfdMs = 20;  // how often to look for the end where the system can't tell of it

/// Attributes and actions of posix_spawn, freed together.
class SpawnPlan {
  public:
    explicit SpawnPlan(int input_fd) {
        ::posix_spawnattr_init(&attributes);
        ::posix_spawn_file_actions_init(&actions);
        sigset_t blocked;
        sigset_t restored;
        ::sigemptyset(&blocked);
        ::sigaddset(&blocked, SIGTERM);
        ::sigaddset(&blocked, SIGINT);
        ::sigemptyset(&restored);
        ::sigaddset(&restored, SIGPIPE);  // ignored by us; a command wants to die of it
        ::posix_spawnattr_setsigmask(&attributes, &blocked);
        ::posix_spawnattr_setsigdefault(&attributes, &restored);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(&attributes,
                                   POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        ::posix_spawn_file_actions_adddup2(&actions, input_fd, STDIN_FILENO);
    }
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    posix_spawnattr_t attributes{};
    posix_spawn_file_actions_t actions{};
};

pid_t start(const std::vector<std::string>& argv, int input_fd) {
    std::vector<std::string> words = argv;  // posix_spawn wants them writable
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    SpawnPlan plan(input_fd);
    pid_t pid = -1;
    const int error =
        ::posix_spawnp(&pid, pointers[0], &plan.actions, &plan.attributes, pointers.data(), environ);
    if (error != 0)
        throw Error(Exit::kConfig, fmt::format("cannot run {}: {}", argv[0], std::strerror(error)));
    return pid;
}

/// A started command and the pipe to it.
class Child {
  public:
    explicit Child(const std::vector<std::string>& argv) {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Error(Exit::kFailure, "cannot make a pipe: out of file descriptors");
        read_end_ = UniqueFd(ends[0]);
        write_end_ = UniqueFd(ends[1]);
        grow_pipe(ends[1]);
        ::fcntl(ends[1], F_SETFL, O_NONBLOCK);  // this end is nobody else's
        pid_ = start(argv, ends[0]);
        ended_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    }

    /// Waits until more input can be written, the command has ended or the time is over. True: it has ended.
    bool wait(std::string_view& input, int timeout_ms) {
        if (!ended_) timeout_ms = std::min(timeout_ms, kWithoutPidfdMs);
        std::array<pollfd, 2> fds{pollfd{write_end_.get(), POLLOUT, 0}, pollfd{ended_.get(), POLLIN, 0}};
        ::poll(fds.data(), fds.size(), timeout_ms);
        if ((fds[0].revents & POLLOUT) != 0) write(input);
        return ::waitpid(pid_, &status_, WNOHANG) == pid_;
    }

    /// Writes what fits; closes the pipe when all is written.
    void write(std::string_view& input) {
        while (!input.empty()) {
            const ssize_t n = ::write(write_end_.get(), input.data(), input.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return;
            input.remove_prefix(static_cast<std::size_t>(n));
        }
        write_end_.reset();
    }

    /// After its end. The reading end is ours, too: what the command has left in the pipe can be seen.
    [[nodiscard]] ChildEnd end(std::string_view unwritten) const {
        int left = 0;
        ::ioctl(read_end_.get(), FIONREAD, &left);
        const int code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
        return {code, unwritten.empty() && left == 0};
    }

  private:
    UniqueFd read_end_;
    UniqueFd write_end_;
    UniqueFd ended_;  ///< becomes readable at the command's end; empty where the system has no pidfd
    pid_t pid_ = -1;
    int status_ = 0;
};

}  // namespace

ChildEnd run_child(const std::vector<std::string>& argv, std::string_view input, int tick_ms,
                   const std::function<void()>& tick) {
    Child child(argv);
    child.write(input);
    std::int64_t due = mono_ms() + tick_ms;
    for (;;) {
        if (child.wait(input, static_cast<int>(std::max<std::int64_t>(0, due - mono_ms()))))
            return child.end(input);
        if (mono_ms() < due) continue;
        tick();
        due = mono_ms() + tick_ms;
    }
}

bool can_run(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string_view folders = path == nullptr ? "/usr/bin:/bin" : path;
    while (!folders.empty()) {
        const auto colon = folders.find(':');
        const std::string file = std::string(folders.substr(0, colon)) + '/' + program;
        if (::access(file.c_str(), X_OK) == 0) return true;
        folders.remove_prefix(colon == std::string_view::npos ? folders.size() : colon + 1);
    }
    return false;
}

}  // namespace pulse::bus
