#include "pipe/queue_writer.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "base/fd.hpp"

namespace pulse {

namespace {

bool is_pipe(int fd) {
    struct stat status{};
    return ::fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

QueueWriter::QueueWriter(SpoolQueue& queue, int fd, std::function<void()> on_failure)
    : queue_(queue), fd_(fd), pipe_(is_pipe(fd)), on_failure_(std::move(on_failure)), thread_([this] {
          run();
      }) {}

void QueueWriter::join() {
    if (thread_.joinable()) thread_.join();
}

void QueueWriter::run() {
    std::string piece;
    try {
        while (queue_.take(piece)) {
            if (!wrote(write_all(fd_, piece))) return;
        }
    } catch (const std::exception& e) {
        fail(e.what());
    }
}

// A pipe that polls writable has room for PIPE_BUF bytes, and takes so many whole.
bool QueueWriter::write_at_once(std::string_view piece) {
    if (!pipe_ || piece.size() > PIPE_BUF || failed() || !queue_.idle()) return false;
    pollfd room{fd_, POLLOUT, 0};
    if (::poll(&room, 1, 0) <= 0 || (room.revents & POLLOUT) == 0) return false;
    wrote(write_all(fd_, piece));
    return true;
}

bool QueueWriter::wrote(int error) {
    if (error == EPIPE) fail("the reader of stdout went away");
    if (error != 0 && error != EPIPE) fail(fmt::format("cannot write to stdout: {}", std::strerror(error)));
    return error == 0;
}

void QueueWriter::fail(std::string reason) {
    error_ = std::move(reason);
    failed_.store(true, std::memory_order_release);
    on_failure_();
}

bool reader_gone(int fd) noexcept {
    pollfd end{fd, 0, 0};
    return ::poll(&end, 1, 0) > 0 && (end.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace pulse
