#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pulse {

/// Bytes that are readable, with any content, behind every block: SIMD code and JSON parsers read ahead.
inline constexpr std::size_t kBlockPadding = 128;

/// Cuts a descriptor's bytes into blocks of whole lines, each block still warm in the cache from the read.
/// Never waits for a buffer to fill: what is there and ends in a newline is handed out at once.
class LineBlocks {
  public:
    enum class Status {
        kLines,  ///< `text()` holds whole lines, the last one with its newline (or cut by the end of input)
        kLongLine,  ///< `text()` holds a piece of a line longer than the limit, without its newline
        kLongEnd,   ///< the long line ended here; `text()` is empty
        kTimeout,   ///< nothing came in time; no data was lost
        kEnd,       ///< end of input
        kStopped,   ///< a stop was requested (SIGTERM); what was read and whole has been handed out
    };

    /// Reads from `fd` (not owned) up to `read_bytes` at a time. `name` is for error messages: "stdin", a
    /// path. `max_line` in bytes, without newline.
    LineBlocks(int fd, std::string name, std::size_t max_line,
               std::size_t read_bytes = std::size_t{64} * 1024);

    /// The next piece of input, waiting at most `timeout_ms` (-1: for ever). Throws Error(kIo) when reading
    /// fails.
    Status next(int timeout_ms = -1);

    /// Valid until the next call of next(); kBlockPadding bytes behind it are readable.
    [[nodiscard]] std::string_view text() const { return text_; }

    /// Gives the buffer that text() points into away and goes on with `other` (from new_buffer()), so that
    /// another thread can work on the text while this object reads on.
    void exchange_buffer(std::unique_ptr<char[]>& other);
    [[nodiscard]] std::unique_ptr<char[]> new_buffer() const;

    /// True when next() would find data or the end of input without waiting.
    [[nodiscard]] bool ready() const;

    /// True when everything was handed out and the input has ended; asks the input without waiting. Ends the
    /// reading: for telling, once the output has failed, whether anything was left to do.
    [[nodiscard]] bool all_consumed();

    /// True when the last read returned less than asked for: the writer has paused, so flush what is pending.
    [[nodiscard]] bool drained() const { return drained_; }

  private:
    bool take_from_buffer(Status& status);
    bool take_long_line(Status& status);
    bool wait(int timeout_ms, Status& status) const;
    void read_more();

    int fd_;
    std::string name_;
    std::size_t max_line_;
    std::size_t read_bytes_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;    ///< first byte not handed out
    std::size_t scanned_ = 0;  ///< no newline in [begin_, scanned_)
    std::size_t end_ = 0;      ///< end of what was read
    bool in_long_line_ = false;
    bool at_end_ = false;
    bool drained_ = true;
    bool never_waits_ = false;  ///< a regular file: polling it is useless
    std::string_view text_;
};

}  // namespace pulse
