#include "pipe/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/fd.hpp"

namespace pulse {

namespace {
constexpr std::size_t kWriteBytes = std::size_t{64} * 1024;
}  // namespace

void Output::append(std::string_view lines) {
    buffer_ += lines;
    if (buffer_.size() >= kWriteBytes) flush();
}

void Output::flush() {
    const int error = write_all(fd_, buffer_);
    buffer_.clear();
    if (error == EPIPE) throw ReaderGone(name_);
    if (error != 0) throw Error(Exit::kIo, fmt::format("cannot write {}: {}", name_, std::strerror(error)));
}

}  // namespace pulse
