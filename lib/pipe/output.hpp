#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "pipe/tape_copy.hpp"

namespace pulse {

/// The reader of our stdout went away (EPIPE).
class ReaderGone : public Error {
  public:
    explicit ReaderGone(const std::string& name)
        : Error(Exit::kIo, "the reader of " + name + " went away before all input was written") {}
};

/// Buffered writing of records to a descriptor (not owned). Nothing is written by the destructor: call
/// flush(), which is where a full disk is noticed.
class Output {
  public:
    Output(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

    /// Hands `copy` (not owned) whatever is written from here on, piece by piece, once it is. What it throws
    /// comes out of append() and flush().
    void copy_to(TapeCopy* copy) { copy_ = copy; }
    [[nodiscard]] bool is_copied() const { return copy_ != nullptr; }
    /// What was written so far is kept by the copy, if there is one.
    void settle_copy() {
        if (copy_ != nullptr) copy_->settle();
    }

    /// Gathers `lines`; writes when 64 KiB have gathered. Throws ReaderGone or Error(kIo).
    void append(std::string_view lines);
    /// Writes all that was gathered. Throws ReaderGone or Error(kIo).
    void flush();
    /// Writes all that was gathered, settles the copy and, where that goes into a pipe, waits until its
    /// reader has taken it:
    /// before a job remembers that something is done for good. Throws as flush() does.
    void wait_until_read();
    [[nodiscard]] bool empty() const { return buffer_.empty(); }

  private:
    int fd_;
    std::string name_;
    std::string buffer_;
    TapeCopy* copy_ = nullptr;
};

}  // namespace pulse
