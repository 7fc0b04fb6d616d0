#include "pipe/line_blocks.hpp"

#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/fd.hpp"
#include "base/signals.hpp"

namespace pulse {

namespace {

bool is_regular_file(int fd) {
    struct stat info{};
    return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

LineBlocks::LineBlocks(int fd, std::string name, std::size_t max_line, std::size_t read_bytes)
    : fd_(fd),
      name_(std::move(name)),
      max_line_(max_line),
      read_bytes_(read_bytes),
      buffer_(new_buffer()),
      never_waits_(is_regular_file(fd)) {
    grow_pipe(fd);
}

std::unique_ptr<char[]> LineBlocks::new_buffer() const {
    // Left uninitialised on purpose: pages that no long line touches never become resident.
    return std::unique_ptr<char[]>(new char[max_line_ + 2 * read_bytes_ + kBlockPadding]);
}

void LineBlocks::exchange_buffer(std::unique_ptr<char[]>& other) {
    std::memcpy(other.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
    buffer_.swap(other);
}

LineBlocks::Status LineBlocks::next(int timeout_ms) {
    for (;;) {
        Status status{};
        if (take_from_buffer(status)) return status;
        if (at_end_) {
            if (begin_ == end_ && !in_long_line_) return Status::kEnd;
            in_long_line_ = false;
            text_ = {buffer_.get() + begin_, end_ - begin_};
            status = begin_ == end_ ? Status::kLongEnd : Status::kLines;
            begin_ = end_;
            return status;
        }
        if (!wait(timeout_ms, status)) return status;
        read_more();
    }
}

bool LineBlocks::take_from_buffer(Status& status) {
    if (in_long_line_) return take_long_line(status);
    const char* const base = buffer_.get();
    if (end_ - begin_ > max_line_) {
        const void* newline = std::memchr(base + scanned_, '\n', end_ - scanned_);
        const auto line_end =
            newline == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(newline) - base);
        if (line_end - begin_ > max_line_) {
            in_long_line_ = true;
            return take_long_line(status);
        }
    }
    const void* last = ::memrchr(base + scanned_, '\n', end_ - scanned_);
    scanned_ = end_;
    if (last == nullptr) return false;
    const auto block_end = static_cast<std::size_t>(static_cast<const char*>(last) - base) + 1;
    text_ = {base + begin_, block_end - begin_};
    begin_ = block_end;
    status = Status::kLines;
    return true;
}

bool LineBlocks::take_long_line(Status& status) {
    const char* const base = buffer_.get();
    const void* newline = std::memchr(base + begin_, '\n', end_ - begin_);
    const auto piece_end =
        newline == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(newline) - base);
    if (piece_end > begin_) {
        text_ = {base + begin_, piece_end - begin_};
        status = Status::kLongLine;
        begin_ = piece_end;
    } else if (newline != nullptr) {
        text_ = {};
        status = Status::kLongEnd;
        in_long_line_ = false;
        ++begin_;
    } else {
        return false;
    }
    scanned_ = begin_;
    return true;
}

bool LineBlocks::wait(int timeout_ms, Status& status) const {
    if (stop_requested()) {
        status = Status::kStopped;
        return false;
    }
    if (never_waits_) return true;
    std::array<pollfd, 2> fds{{{fd_, POLLIN, 0}, {stop_fd(), POLLIN, 0}}};
    const int count = ::poll(fds.data(), fds.size(), timeout_ms);
    if (fds[1].revents != 0 || (count < 0 && errno == EINTR && stop_requested())) {
        status = Status::kStopped;
        return false;
    }
    status = Status::kTimeout;
    return count != 0;
}

void LineBlocks::read_more() {
    char* const base = buffer_.get();
    std::memmove(base, base + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
    const std::size_t got = read_some(fd_, base + end_, read_bytes_, name_);
    end_ += got;
    drained_ = got < read_bytes_;
    at_end_ = got == 0;
}

bool LineBlocks::ready() const {
    return at_end_ || never_waits_ || readable(fd_, 0);
}

bool LineBlocks::all_consumed() {
    if (begin_ == end_ && !at_end_ && ready()) read_more();
    return begin_ == end_ && at_end_;
}

}  // namespace pulse
