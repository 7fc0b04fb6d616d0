#include "pipe/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace pulse {

namespace {

UniqueFd open_file(const std::string& path, int flags) {
    return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0644));
}

// Not after a rename by another process between our open and our lock.
bool still_named(int fd, const std::string& path) {
    struct stat ours{};
    struct stat named{};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

std::string read_all(int fd, const std::string& path) {
    std::string text;
    std::array<char, 65'536> piece{};
    while (const std::size_t got = read_some(fd, piece.data(), piece.size(), path))
        text.append(piece.data(), got);
    return text;
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
        lines.emplace_back(text.substr(0, end));
    return lines;
}

}  // namespace

Journal::Journal(std::string path, std::string header) : path_(std::move(path)), header_(std::move(header)) {
    header_ += '\n';
    open_locked();
    read();
}

void Journal::open_locked() {
    do {
        file_ = open_file(path_, 0);
        if (!file_) fail("open");
        struct stat info{};
        if (::fstat(file_.get(), &info) != 0) fail("open");
        if (!S_ISREG(info.st_mode))
            throw Error(Exit::kConfig,
                        fmt::format("{} is no regular file: it can't keep the state of a job", path_));
        if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) fail("lock");
            throw Error(Exit::kConfig,
                        fmt::format("another process is working with the state file {}; wait for it, or "
                                    "give this job another --state",
                                    path_));
        }
    } while (!still_named(file_.get(), path_));
}

void Journal::read() {
    const std::string text = read_all(file_.get(), path_);
    const std::size_t whole = text.rfind('\n') + 1;  // 0 when there is no newline
    const bool headed = text.starts_with(header_);
    // Anything but the beginning of our own header is somebody's file: it is not ours to shorten.
    if (!headed && !header_.starts_with(text))
        throw Error(
            Exit::kConfig,
            fmt::format(
                "{} belongs to another job: it doesn't begin with {}; delete it, or give another --state",
                path_, std::string_view(header_).substr(0, header_.size() - 1)));
    resumed_ = headed;
    size_at_open_ = headed ? whole : 0;
    if (size_at_open_ < text.size() && ::ftruncate(file_.get(), static_cast<off_t>(size_at_open_)) != 0)
        fail("shorten");
    if (headed) {
        lines_ = split_lines(std::string_view(text).substr(header_.size(), whole - header_.size()));
        return;
    }
    if (const int error = write_all(file_.get(), header_)) {
        errno = error;
        fail("write");
    }
    size_at_open_ = header_.size();
}

void Journal::compact(std::vector<std::string> lines) {
    std::string text = header_;
    for (const std::string& line : lines) (text += line) += '\n';
    const std::string fresh_path = path_ + ".new";
    UniqueFd fresh = open_file(fresh_path, O_TRUNC);
    // Locked before it gets the name, so that nobody can step in between.
    if (!fresh || ::flock(fresh.get(), LOCK_EX | LOCK_NB) != 0) fail("rewrite");
    if (const int error = write_all(fresh.get(), text)) {
        errno = error;
        fail("rewrite");
    }
    if (::fsync(fresh.get()) != 0 || ::rename(fresh_path.c_str(), path_.c_str()) != 0) fail("rewrite");
    file_ = std::move(fresh);
    lines_ = std::move(lines);
    size_at_open_ = text.size();
}

void Journal::append(std::string_view lines) {
    (pending_ += lines) += '\n';
}

void Journal::flush() {
    const int error = write_all(file_.get(), pending_);
    pending_.clear();
    if (error == 0) return;
    errno = error;
    fail("write");
}

void Journal::rollback() {
    pending_.clear();
    if (::ftruncate(file_.get(), static_cast<off_t>(size_at_open_)) != 0) fail("shorten");
}

void Journal::fail(const char* what) const {
    throw Error(Exit::kIo, fmt::format("cannot {} the state file {}: {}", what, path_, std::strerror(errno)));
}

}  // namespace pulse
