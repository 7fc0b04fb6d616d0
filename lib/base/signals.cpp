#include "base/signals.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <atomic>
#include <cerrno>

#include "base/error.hpp"

namespace pulse {

namespace {

std::atomic<bool> stop_flag{false};
std::array<int, 2> stop_pipe{-1, -1};

extern "C" void on_stop_signal(int signal_number) {
    if (stop_flag.load(std::memory_order_relaxed)) ::_exit(128 + signal_number);
    const int saved = errno;
    request_stop();
    errno = saved;
}

}  // namespace

void install_stop_signals() {
    if (stop_pipe[0] < 0 && ::pipe2(stop_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        throw Error(Exit::kFailure, "cannot create the stop pipe: out of file descriptors");
    struct sigaction action{};
    action.sa_handler = on_stop_signal;
    ::sigaction(SIGTERM, &action, nullptr);
    struct sigaction inherited{};
    ::sigaction(SIGINT, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) ::sigaction(SIGINT, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() noexcept {
    return stop_flag.load(std::memory_order_relaxed);
}

int stop_fd() noexcept {
    return stop_pipe[0];
}

void request_stop() noexcept {
    stop_flag.store(true, std::memory_order_relaxed);
    if (stop_pipe[1] >= 0) [[maybe_unused]]
        const auto ignored = ::write(stop_pipe[1], "s", 1);
}

}  // namespace pulse
