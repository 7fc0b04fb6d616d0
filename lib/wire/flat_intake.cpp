#include "wire/flat_intake.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace pulse {

namespace {
constexpr std::size_t kBuffer =
    std::size_t{128} * 1024;  // stays in the second-level cache between unpacking and writing
}  // namespace

FlatIntake::FlatIntake(FilterRun& run) : run_(run), buffer_(std::make_unique<char[]>(kBuffer)) {}

void FlatIntake::close() noexcept {
    write_end_.reset();
    if (thread_.joinable()) thread_.join();
}

void FlatIntake::begin(std::string name) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw Error(Exit::kFailure, "cannot create a pipe: out of file descriptors");
    read_end_ = UniqueFd(ends[0]);
    write_end_ = UniqueFd(ends[1]);
    grow_pipe(write_end_.get());
    gunzip_.reset();
    held_ = 0;
    failure_ = nullptr;
    thread_ = std::thread([this, name = std::move(name)] { filter_all(name); });
}

void FlatIntake::filter_all(const std::string& name) {
    try {
        run_.run({{read_end_.get(), name}});
    } catch (...) {
        failure_ = std::current_exception();
    }
    read_end_.reset();  // tells the writing side that nobody reads on
}

void FlatIntake::feed(std::string_view piece) {
    if (!write_end_) return;
    gunzip_.feed(piece);
    while (const std::size_t size = gunzip_.read(buffer_.get() + held_, kBuffer - held_)) {
        held_ += size;
        write_whole_lines();
    }
}

void FlatIntake::write_whole_lines() {
    const void* newline = ::memrchr(buffer_.get(), '\n', held_);
    std::size_t size = held_;  // a line longer than the buffer goes through in pieces: it will be rejected
    if (newline != nullptr)
        size = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.get()) + 1;
    else if (held_ < kBuffer)
        return;
    write({buffer_.get(), size});
    std::memmove(buffer_.get(), buffer_.get() + size, held_ - size);
    held_ -= size;
}

void FlatIntake::write(std::string_view text) {
    if (!write_end_) return;
    const int error = write_all(write_end_.get(), text);
    if (error == 0) return;
    write_end_.reset();
    if (error != EPIPE)
        throw Error(Exit::kFailure, std::string("cannot write a pipe: ") + std::strerror(error));
    join();  // the filter ended early: it failed, or a stop was requested
}

bool FlatIntake::finish() {
    const bool whole = gunzip_.finish();
    if (whole) write({buffer_.get(), held_});
    held_ = 0;
    abandon();
    return whole;
}

void FlatIntake::abandon() {
    write_end_.reset();
    join();
}

void FlatIntake::join() {
    if (!thread_.joinable()) return;
    thread_.join();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace pulse
