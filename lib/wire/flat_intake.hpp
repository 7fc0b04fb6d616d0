#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/fd.hpp"
#include "pipe/gunzip.hpp"
#include "wire/filter_run.hpp"

namespace pulse {

/// Takes flat files in, packed or plain, in pieces of any size. The calling thread unpacks, another one
/// filters and writes; a pipe between them keeps memory flat and makes the faster one wait. Only whole lines
/// go through, so a file that breaks off leaves no torn row.
class FlatIntake {
  public:
    /// `run` (for CSV) must outlive this object. While a file is open, it, its Output and its Rejects belong
    /// to the other thread.
    explicit FlatIntake(FilterRun& run);
    ~FlatIntake() { close(); }
    FlatIntake(const FlatIntake&) = delete;
    FlatIntake& operator=(const FlatIntake&) = delete;

    /// Opens a file; `name` is for messages.
    void begin(std::string name);
    [[nodiscard]] bool is_open() const { return thread_.joinable(); }

    /// The next piece, as it stands in the file. Waits while the filter is behind. Rethrows what stopped the
    /// filter: ReaderGone, Error(kIo), Error(kData) under strict. Does nothing more once a stop was requested
    /// or the data are broken.
    void feed(std::string_view piece);

    /// The file is whole: waits until its last row is filtered and flushed. False when the data were cut off
    /// or damaged; broken_reason() tells. Throws as feed() does.
    [[nodiscard]] bool finish();
    [[nodiscard]] const std::string& broken_reason() const { return gunzip_.broken_reason(); }

    /// The rest of the file won't come. Rows that arrived are still filtered and flushed. Throws as feed()
    /// does.
    void abandon();
    /// The same, whatever becomes of the rows.
    void close() noexcept;

  private:
    void write(std::string_view text);
    void write_whole_lines();
    void filter_all(const std::string& name);
    void join();

    FilterRun& run_;
    Gunzip gunzip_;
    std::unique_ptr<char[]> buffer_;
    std::size_t held_ = 0;  ///< bytes at the buffer's begin that wait for their line's end
    UniqueFd write_end_;
    UniqueFd read_end_;
    std::exception_ptr failure_;  ///< set by the other thread before it ends
    std::thread thread_;
};

}  // namespace pulse
