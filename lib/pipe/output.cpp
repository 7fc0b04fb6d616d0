#include "pipe/output.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/fd.hpp"

namespace pulse {

namespace {
constexpr std::size_t kWriteBytes = std::size_t{64} * 1024;
constexpr int kLookMs = 10;
}  // namespace

void Output::append(std::string_view lines) {
    buffer_ += lines;
    if (buffer_.size() >= kWriteBytes) flush();
}

void Output::flush() {
    // Also when the copy fails: the lines are out, and must not go out once more.
    struct Clear {
        std::string& buffer;
        ~Clear() { buffer.clear(); }
    } const clear{buffer_};
    const int error = write_all(fd_, buffer_);
    if (error == EPIPE) throw ReaderGone(name_);
    if (error != 0) throw Error(Exit::kIo, fmt::format("cannot write {}: {}", name_, std::strerror(error)));
    if (copy_ != nullptr && !buffer_.empty()) copy_->take(buffer_);
}

void Output::wait_until_read() {
    flush();
    settle_copy();
    struct stat info{};
    if (::fstat(fd_, &info) != 0 || !S_ISFIFO(info.st_mode)) return;
    int unread = 0;
    while (::ioctl(fd_, FIONREAD, &unread) == 0 && unread > 0) {
        pollfd writer{fd_, 0, 0};
        if (::poll(&writer, 1, kLookMs) > 0 && (writer.revents & POLLERR) != 0) throw ReaderGone(name_);
    }
}

}  // namespace pulse
