#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/log.hpp"

namespace pulse {

/// Where lines go that can't be used: counted, reported with line number and reason (the first ten, then one
/// a second with the number held back), written as they came to a file when one is given, fatal under strict.
/// Not thread-safe.
class Rejects {
  public:
    /// `file`: path for the rejected lines, or empty. Throws Error(kIo) when it can't be created.
    Rejects(const std::string& file, bool strict);

    /// One rejected line (without newline) of input `input` ("stdin", a path). Throws Error(kData) under
    /// strict and Error(kIo) when the file can't be written.
    void reject(std::string_view input, std::uint64_t line_number, std::string_view line,
                std::string_view reason);

    /// The same for a line too long to hold: its pieces in order, then the end, which counts and reports.
    void append_piece(std::string_view piece);
    void end_long_line(std::string_view input, std::uint64_t line_number, std::string_view reason);

    /// Throws Error(kIo) when the file can't be written. Also tells how many reports were held back.
    void finish();

    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    void write(std::string_view text);
    void report(std::string_view input, std::uint64_t line_number, std::string_view reason);

    std::string path_;
    UniqueFd file_;
    bool strict_;
    std::uint64_t count_ = 0;
    log::RateLimit limit_{10, 1000};
};

}  // namespace pulse
