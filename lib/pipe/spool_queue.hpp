#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace pulse {

/// How much a SpoolQueue may hold.
struct SpoolLimits {
    std::size_t memory_bytes = 32 << 20;     ///< kept in memory; at least 4 MiB are used
    std::uint64_t spool_bytes = 4ULL << 30;  ///< kept in the spool file; 0 = no file
    std::string directory;  ///< where the spool file is made; empty = the system's temporary folder
};

/// What became of a chunk.
enum class PushResult {
    kQueued,  ///< it will be taken
    kLost,    ///< memory and spool are full, or the spool can't be written: nothing of it was kept
};

/// Chunks of text from one producer that must never wait to one consumer that may be slow: memory first, then
/// a file of bounded size (used as a ring, deleted from its folder as soon as it is made, so nothing is left
/// behind however the process ends), then loss, which the producer is told of. Order is kept. One producer
/// and one consumer thread.
class SpoolQueue {
  public:
    /// Touches no file until memory is full. Throws Error(kConfig) when the directory doesn't exist or can't
    /// be written.
    explicit SpoolQueue(SpoolLimits limits);

    /// Takes a copy of the chunk, whole or not at all.
    PushResult push(std::string_view chunk);

    /// No more chunks will come: take() answers false once everything was taken.
    void finish();

    /// Waits for data and moves the next piece of the stream into `out` (pieces of a spooled stream may end
    /// inside a chunk). Hand the same string back each time: its memory is used again. False at the end of
    /// the stream. Throws Error(kIo) when the spool file can't be read back.
    bool take(std::string& out);

    /// True when all was taken and the consumer waits in take(). Asked by the producer, it stays true until
    /// its next push() or finish().
    [[nodiscard]] bool idle() const;

    /// Bytes that went through the spool file so far.
    [[nodiscard]] std::uint64_t spooled_bytes() const;
    /// Bytes waiting in memory and file.
    [[nodiscard]] std::uint64_t pending_bytes() const;
    /// Why the spool file refused, empty if it never did.
    [[nodiscard]] std::string spool_error() const;

  private:
    // Oldest to newest: front_ (memory), file, back_ (memory, at most what one spool write takes).
    bool back_in_use() const { return file_bytes_ > 0 || !back_.empty(); }
    void append(std::deque<std::string>& blocks, std::string_view chunk, std::size_t& bytes);
    bool flush_back();
    bool open_file();
    void take_block(std::deque<std::string>& blocks, std::size_t& bytes, std::string& out);
    void take_from_file(std::string& out);

    SpoolLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::string> front_;
    std::deque<std::string> back_;
    std::vector<std::string> spare_;
    std::size_t front_bytes_ = 0;
    std::size_t back_bytes_ = 0;
    UniqueFd file_;
    std::uint64_t file_read_ = 0;   ///< ring position of the oldest byte
    std::uint64_t file_bytes_ = 0;  ///< bytes in the ring
    std::uint64_t spooled_ = 0;
    std::string spool_error_;
    bool finished_ = false;
    bool waiting_ = false;  ///< the consumer is inside take() with nothing to take
};

}  // namespace pulse
