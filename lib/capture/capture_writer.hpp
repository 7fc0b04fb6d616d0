#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "base/metrics.hpp"
#include "capture/capture_folder.hpp"
#include "capture/capture_queue.hpp"
#include "pipe/tape_copy.hpp"

namespace pulse {

/// Keeps the live tape: lines go through a bounded queue to a thread of their own, so the stream never waits.
/// What the queue has no room for, or the disk doesn't take, is missing from the capture alone: counted, and
/// told once for each episode.
class CaptureWriter final : public TapeCopy {
  public:
    static constexpr std::size_t kQueueBytes = 64 << 20;

    /// Throws Error(kConfig) when the folder can't be written to.
    explicit CaptureWriter(CaptureSettings settings, std::size_t queue_bytes = kQueueBytes);
    ~CaptureWriter() override;

    void declare(Metrics& metrics) override;
    void take(std::string_view lines) override;
    void update() override;
    void finish() override;

    /// As far as the thread has come.
    [[nodiscard]] CaptureCounts counts() const;

  private:
    struct Shown {
        Counter& lines;
        Counter& lost;
        Counter& text_bytes;
        Counter& bytes;
        Counter& files;
        Counter& removed;
        Gauge& queue_bytes;
    };

    void run() noexcept;
    void work();
    void publish();
    void watch_losses(std::int64_t now_ms);
    void join();

    CaptureFolder folder_;  // the thread's alone
    CaptureQueue queue_;
    CaptureLineReader reader_;             // the producer's, for what is lost
    std::optional<std::int64_t> lost_ms_;  // likewise: mono_ms() of the last loss
    std::optional<Shown> shown_;
    mutable std::mutex mutex_;
    CaptureCounts published_;
    std::atomic<bool> dead_{false};  ///< the thread gave up: nothing is kept any more
    // Of the thread: the episode of losses that goes on.
    CaptureLoss told_;
    std::uint64_t told_failures_ = 0;
    std::int64_t lost_at_ms_ = 0;
    bool losing_ = false;
    bool finished_ = false;
    std::thread thread_;  // last: it uses all of the above
};

/// What came of a capture, in one line of the log.
void log_capture(const CaptureCounts& counts);

}  // namespace pulse
