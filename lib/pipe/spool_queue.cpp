#include "pipe/spool_queue.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"

namespace pulse {

namespace {

constexpr std::size_t kBlock = 256 << 10;     // one write to a grown pipe is 256 KiB to 1 MiB
constexpr std::size_t kSpoolWrite = 1 << 20;  // small writes would cost the reader a system call a frame
constexpr std::size_t kSpareBlocks = 4;
constexpr std::size_t kLeastMemory = 4 << 20;

// Both directions of a file range, through short transfers and interruptions. Returns 0 or an errno.
template <typename Transfer>
int transfer_all(const Transfer& transfer, char* data, std::size_t size, std::uint64_t offset) {
    while (size > 0) {
        const ssize_t n = transfer(data, size, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) return EIO;
        data += n;
        size -= static_cast<std::size_t>(n);
        offset += static_cast<std::uint64_t>(n);
    }
    return 0;
}

// The same on a ring of `ring` bytes: a range that passes the end goes on at the start.
template <typename Transfer>
int transfer_ring(const Transfer& transfer, char* data, std::size_t size, std::uint64_t at,
                  std::uint64_t ring) {
    const std::uint64_t offset = at % ring;
    const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(size, ring - offset));
    if (const int error = transfer_all(transfer, data, first, offset)) return error;
    return transfer_all(transfer, data + first, size - first, 0);
}

std::string temporary_directory() {
    std::error_code ignored;
    const auto path = std::filesystem::temp_directory_path(ignored);
    return path.empty() ? "/tmp" : path.string();
}

}  // namespace

SpoolQueue::SpoolQueue(SpoolLimits limits) : limits_(std::move(limits)) {
    limits_.memory_bytes = std::max(limits_.memory_bytes, kLeastMemory);
    if (limits_.directory.empty()) limits_.directory = temporary_directory();
    if (limits_.spool_bytes > 0 && ::access(limits_.directory.c_str(), W_OK | X_OK) != 0)
        throw Error(Exit::kConfig, fmt::format("cannot spool to {}: {}; name a writable folder with "
                                               "--spool-dir, or do without by --spool-mib 0",
                                               limits_.directory, std::strerror(errno)));
}

PushResult SpoolQueue::push(std::string_view chunk) {
    if (chunk.empty()) return PushResult::kQueued;
    const std::lock_guard lock(mutex_);
    const bool fits = front_bytes_ + chunk.size() <= limits_.memory_bytes - kSpoolWrite || front_.empty();
    if (!back_in_use() && fits) {
        append(front_, chunk, front_bytes_);
    } else {
        if (back_bytes_ + chunk.size() > kSpoolWrite && !flush_back()) return PushResult::kLost;
        append(back_, chunk, back_bytes_);
    }
    ready_.notify_one();
    return PushResult::kQueued;
}

void SpoolQueue::finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    ready_.notify_one();
}

bool SpoolQueue::take(std::string& out) {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    ready_.wait(lock, [this] { return finished_ || !front_.empty() || back_in_use(); });
    waiting_ = false;
    if (!front_.empty()) {
        take_block(front_, front_bytes_, out);
    } else if (file_bytes_ > 0) {
        take_from_file(out);
    } else if (!back_.empty()) {
        take_block(back_, back_bytes_, out);
    } else {
        return false;
    }
    return true;
}

bool SpoolQueue::idle() const {
    const std::lock_guard lock(mutex_);
    return waiting_ && front_.empty() && !back_in_use();
}

std::uint64_t SpoolQueue::spooled_bytes() const {
    const std::lock_guard lock(mutex_);
    return spooled_;
}

std::uint64_t SpoolQueue::pending_bytes() const {
    const std::lock_guard lock(mutex_);
    return front_bytes_ + file_bytes_ + back_bytes_;
}

std::string SpoolQueue::spool_error() const {
    const std::lock_guard lock(mutex_);
    return spool_error_;
}

void SpoolQueue::append(std::deque<std::string>& blocks, std::string_view chunk, std::size_t& bytes) {
    if (blocks.empty() || blocks.back().size() + chunk.size() > kBlock) {
        if (spare_.empty()) {
            blocks.emplace_back();
        } else {
            blocks.push_back(std::move(spare_.back()));
            spare_.pop_back();
        }
        blocks.back().reserve(std::max(kBlock, chunk.size()));
    }
    blocks.back().append(chunk);
    bytes += chunk.size();
}

void SpoolQueue::take_block(std::deque<std::string>& blocks, std::size_t& bytes, std::string& out) {
    out.swap(blocks.front());
    bytes -= out.size();
    if (spare_.size() < kSpareBlocks && blocks.front().capacity() >= kBlock &&
        blocks.front().capacity() < 2 * kBlock) {
        blocks.front().clear();
        spare_.push_back(std::move(blocks.front()));
    }
    blocks.pop_front();
}

bool SpoolQueue::open_file() {
    if (file_) return true;
    if (limits_.spool_bytes == 0) return false;
    std::string path = limits_.directory + "/pulse-spool-XXXXXX";
    file_ = UniqueFd(::mkostemp(path.data(), O_CLOEXEC));
    if (!file_) {
        spool_error_ =
            fmt::format("cannot create a spool file in {}: {}", limits_.directory, std::strerror(errno));
        return false;
    }
    ::unlink(path.c_str());
    return true;
}

// Moves back_ to the file: all of it or nothing.
bool SpoolQueue::flush_back() {
    if (!open_file() || file_bytes_ + back_bytes_ > limits_.spool_bytes) return false;
    const auto write = [this](char* data, std::size_t size, off_t at) {
        return ::pwrite(file_.get(), data, size, at);
    };
    std::uint64_t end = file_read_ + file_bytes_;
    for (auto& block : back_) {
        if (const int error = transfer_ring(write, block.data(), block.size(), end, limits_.spool_bytes)) {
            spool_error_ =
                fmt::format("cannot write the spool file in {}: {}", limits_.directory, std::strerror(error));
            return false;
        }
        end += block.size();
    }
    file_bytes_ += back_bytes_;
    spooled_ += back_bytes_;
    back_bytes_ = 0;
    back_.clear();
    return true;
}

void SpoolQueue::take_from_file(std::string& out) {
    const auto read = [this](char* data, std::size_t size, off_t at) {
        return ::pread(file_.get(), data, size, at);
    };
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, file_bytes_));
    out.resize(size);
    if (const int error = transfer_ring(read, out.data(), size, file_read_, limits_.spool_bytes))
        throw Error(Exit::kIo, fmt::format("cannot read back the spool file in {}: {}", limits_.directory,
                                           std::strerror(error)));
    file_read_ += size;
    file_bytes_ -= size;
    if (file_bytes_ > 0) return;
    // Caught up: give the disk space back and start over.
    file_read_ = 0;
    [[maybe_unused]] const int ignored = ::ftruncate(file_.get(), 0);
}

}  // namespace pulse
