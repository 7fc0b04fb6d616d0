#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace pulse {

/// Owns one file descriptor and closes it. Move-only; -1 means empty.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) noexcept : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    void reset() noexcept;
    /// Gives the descriptor away: the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

  private:
    int fd_ = -1;
};

/// Opens a file for reading. Throws Error(kIo) naming the path and the reason.
UniqueFd open_for_reading(const std::string& path);

/// Creates or truncates a file for writing; what is written goes to its end, also after somebody else
/// shortened it. Throws Error(kIo) naming the path and the reason.
UniqueFd open_for_writing(const std::string& path);

/// Writes all of `data`, through short writes and interruptions. Returns 0, or the errno of the first
/// failure.
int write_all(int fd, std::string_view data) noexcept;

/// read(2) through interruptions. Returns bytes read, 0 at the end of input. Throws Error(kIo) naming `what`.
std::size_t read_some(int fd, char* into, std::size_t capacity, std::string_view what);

/// True when `fd` can be read at once (data, end of input or error) within `timeout_ms`; -1 waits for ever.
bool readable(int fd, int timeout_ms) noexcept;

/// Occupies closed standard descriptors with ones that fail, so that no socket or file gets their number and
/// is taken for stdout: reading a closed stdin or writing a closed stdout stays an error.
void occupy_standard_fds() noexcept;

/// Asks for a 1 MiB pipe buffer where `fd` is a pipe: up to twice the throughput when its ends sit on
/// different cores. Never an error: the system's limit may forbid it.
void grow_pipe(int fd) noexcept;

}  // namespace pulse
