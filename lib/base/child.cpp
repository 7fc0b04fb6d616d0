#include "base/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace pulse {

namespace {

/// In the new process: becomes the command, or tells why not through `report` and ends.
[[noreturn]] void become(const std::vector<char*>& argv, pid_t parent, int report) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::signal(SIGPIPE, SIG_DFL);  // ours is ignored, and the command would inherit that
    // A parent that died before prctl() sends no signal any more.
    if (::getppid() == parent) ::execvp(argv[0], argv.data());
    const int reason = errno;
    [[maybe_unused]] const auto written = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& command) {
    std::vector<char*> argv;
    argv.reserve(command.size() + 1);
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    std::array<int, 2> report{};
    if (::pipe2(report.data(), O_CLOEXEC) != 0)
        throw Error(Exit::kFailure, "cannot start a command: out of file descriptors");
    const UniqueFd reading(report[0]);
    UniqueFd writing(report[1]);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(argv, parent, writing.get());
    const int fork_error = errno;
    writing.reset();
    if (pid_ < 0)
        throw Error(Exit::kFailure, fmt::format("cannot start a command: {}", std::strerror(fork_error)));
    // The pipe closes without a word when the command has taken over.
    int reason = 0;
    if (read_some(reading.get(), reinterpret_cast<char*>(&reason), sizeof reason, "the new process") > 0) {
        wait();
        throw Error(Exit::kUsage, fmt::format("cannot run '{}': {}", command.front(), std::strerror(reason)));
    }
    pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!pidfd_) {
        const int pidfd_error = errno;
        terminate();
        throw Error(Exit::kFailure, fmt::format("cannot watch a command (Linux 5.3 or newer is needed): {}",
                                                std::strerror(pidfd_error)));
    }
}

void Child::terminate() const noexcept {
    if (!status_) ::kill(pid_, SIGTERM);
}

bool Child::group_gone(int patience_ms) const {
    constexpr int kLookMs = 20;
    const std::int64_t deadline = mono_ms() + patience_ms;
    for (;;) {
        reap_orphans();
        if (::kill(-pid_, 0) != 0) return true;
        if (mono_ms() >= deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    }
}

bool Child::end_group(int patience_ms) const {
    constexpr int kDyingMs = 200;  // what is about to end isn't left behind
    if (group_gone(kDyingMs)) return false;
    ::kill(-pid_, SIGTERM);
    static_cast<void>(group_gone(patience_ms));
    return true;
}

void Child::reap_orphans() const noexcept {
    siginfo_t ended{};
    while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 &&
           ended.si_pid != pid_) {
        ::waitpid(ended.si_pid, nullptr, WNOHANG);
        ended = {};
    }
}

int Child::wait() {
    if (status_) return *status_;
    int raw = 0;
    while (::waitpid(pid_, &raw, 0) < 0) {
        if (errno != EINTR)
            throw Error(Exit::kFailure, fmt::format("cannot wait for a command: {}", std::strerror(errno)));
    }
    status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return *status_;
}

}  // namespace pulse
