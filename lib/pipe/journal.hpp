#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace pulse {

/// A text file that remembers, a line at a time, what a job has finished, so that the job can be killed at
/// any moment and go on. Its first line, the header, says which job it belongs to. One process at a time: the
/// file is locked.
class Journal {
  public:
    /// Opens or creates the file and reads it. A last line without newline was being written when its process
    /// died: it is dropped. Throws Error(kConfig) when another process has the file, when it belongs to
    /// another job or is no journal at all, and Error(kIo) when it can't be read or written.
    Journal(std::string path, std::string header);

    /// What was there when it was opened, without the header; after compact() what that put there.
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    /// True when the file was there already: another run went before this one.
    [[nodiscard]] bool resumed() const { return resumed_; }

    /// Puts `lines` in place of what was read, in one step: a crash leaves the old file or the new one.
    /// Before the first append(). Throws Error(kIo).
    void compact(std::vector<std::string> lines);

    /// Gathers one line, or several with newlines between them, for the next flush().
    void append(std::string_view lines);
    /// Writes what was gathered with one write(2). Throws Error(kIo).
    void flush();
    /// Takes back everything that this process has appended: whoever was to keep what it stands for went
    /// away. Throws Error(kIo).
    void rollback();

  private:
    void open_locked();
    void read();
    [[noreturn]] void fail(const char* what) const;

    std::string path_;
    std::string header_;  ///< with its newline
    UniqueFd file_;
    std::vector<std::string> lines_;
    std::uint64_t size_at_open_ = 0;
    std::string pending_;
    bool resumed_ = false;
};

}  // namespace pulse
