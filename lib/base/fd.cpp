#include "base/fd.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace pulse {

namespace {

constexpr int kPipeBytes = 1 << 20;

UniqueFd open_or_throw(const std::string& path, int flags, const char* purpose) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    if (!fd)
        throw Error(Exit::kIo, fmt::format("cannot open {} for {}: {}", path, purpose, std::strerror(errno)));
    return fd;
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void UniqueFd::reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

UniqueFd open_for_reading(const std::string& path) {
    return open_or_throw(path, O_RDONLY, "reading");
}

UniqueFd open_for_writing(const std::string& path) {
    return open_or_throw(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, "writing");
}

int write_all(int fd, std::string_view data) noexcept {
    while (!data.empty()) {
        const ssize_t n = ::write(fd, data.data(), data.size());
        if (n >= 0) {
            data.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            // Somebody else's O_NONBLOCK on a shared pipe: wait for room instead of failing.
            pollfd room{fd, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

std::size_t read_some(int fd, char* into, std::size_t capacity, std::string_view what) {
    for (;;) {
        const ssize_t n = ::read(fd, into, capacity);
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno == EAGAIN) {
            readable(fd, -1);
        } else if (errno != EINTR) {
            throw Error(Exit::kIo, fmt::format("cannot read {}: {}", what, std::strerror(errno)));
        }
    }
}

bool readable(int fd, int timeout_ms) noexcept {
    pollfd in{fd, POLLIN, 0};
    return ::poll(&in, 1, timeout_ms) > 0;
}

void occupy_standard_fds() noexcept {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) >= 0) continue;
        // The lowest free number is the one that is closed; the mode is the one nobody uses it with.
        [[maybe_unused]] const int taken = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

void grow_pipe(int fd) noexcept {
    ::fcntl(fd, F_SETPIPE_SZ, kPipeBytes);
}

}  // namespace pulse
