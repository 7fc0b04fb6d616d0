#include "capture/capture_writer.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace pulse {

namespace {

constexpr int kTakeMs = 250;
/// So long without a loss, an episode is over.
constexpr std::int64_t kEpisodeMs = 10'000;

}  // namespace

void log_capture(const CaptureCounts& counts) {
    log::info("capture: lines={} lost={} files={} bytes={} removed={}", counts.lines, counts.lost.lines,
              counts.files, counts.bytes, counts.removed);
}

CaptureWriter::CaptureWriter(CaptureSettings settings, std::size_t queue_bytes)
    : folder_(std::move(settings)),
      queue_(queue_bytes),
      published_(folder_.counts()),
      thread_([this] { run(); }) {}

CaptureWriter::~CaptureWriter() {
    join();
}

void CaptureWriter::join() {
    queue_.finish();
    if (thread_.joinable()) thread_.join();
}

void CaptureWriter::declare(Metrics& metrics) {
    shown_.emplace(Shown{
        metrics.counter("pulse_capture_lines_total", "Lines kept in the capture."),
        metrics.counter("pulse_capture_lost_lines_total",
                        "Lines that the capture lacks because the disk was full, failed or was slow."),
        metrics.counter("pulse_capture_text_bytes_total", "Bytes of the lines kept."),
        metrics.counter("pulse_capture_bytes_total", "Bytes they take on the disk."),
        metrics.counter("pulse_capture_files_total", "Files of the capture that were closed."),
        metrics.counter("pulse_capture_removed_files_total", "Old files of the capture that were removed."),
        metrics.gauge("pulse_capture_queue_bytes", "Bytes that wait to be written to the capture.")});
}

void CaptureWriter::take(std::string_view lines) {
    if (!dead_.load(std::memory_order_relaxed) && queue_.push(lines)) return;
    queue_.lost(loss_of(lines, reader_, latest_trade_ms(wall_ms())));
    const std::int64_t now_ms = mono_ms();
    const bool told = lost_ms_ && now_ms - *lost_ms_ < kEpisodeMs;
    lost_ms_ = now_ms;
    if (told || dead_) return;
    log::error(
        "the capture is too slow for the stream: trades are left out of it, nothing else waits or is lost; "
        "give "
        "it a faster disk or fewer --underlyings");
}

void CaptureWriter::update() {
    if (!shown_) return;
    const CaptureCounts now = counts();
    shown_->lines.set(now.lines);
    shown_->lost.set(now.lost.lines);
    shown_->text_bytes.set(now.text_bytes);
    shown_->bytes.set(now.bytes);
    shown_->files.set(now.files);
    shown_->removed.set(now.removed);
    shown_->queue_bytes.set(static_cast<double>(queue_.bytes()));
}

void CaptureWriter::finish() {
    if (std::exchange(finished_, true)) return;
    join();
    update();
    log_capture(counts());
}

CaptureCounts CaptureWriter::counts() const {
    const std::lock_guard lock(mutex_);
    return published_;
}

void CaptureWriter::run() noexcept {
    try {
        work();
    } catch (const std::exception& error) {
        dead_ = true;
        log::error(
            "the capture has ended, the stream goes on without: {}; start it again when that is mended",
            error.what());
    }
}

void CaptureWriter::work() {
    CaptureQueue::Item item;
    for (;;) {
        const auto taken = queue_.take(item, kTakeMs);
        if (taken == CaptureQueue::Taken::kEnd) break;
        if (taken == CaptureQueue::Taken::kItem) {
            folder_.lost(item.lost);
            folder_.take(item.lines);
            item.lost = {};
            item.lines.clear();
        }
        const std::int64_t now_ms = mono_ms();
        folder_.tick(now_ms);
        watch_losses(now_ms);
        publish();
    }
    folder_.close();
    watch_losses(mono_ms());
    publish();
}

// What the queue lost was told by the producer; here it is the disk.
void CaptureWriter::watch_losses(std::int64_t now_ms) {
    const CaptureLoss& lost = folder_.counts().lost;
    const bool grew = lost.lines != told_.lines || lost.to_ms != told_.to_ms;
    if (grew) lost_at_ms_ = now_ms;
    told_ = lost;
    const bool failed = folder_.failures() != std::exchange(told_failures_, folder_.failures());
    if (failed && !losing_)
        log::error(
            "the capture lacks trades: {}; the stream goes on, and so does the capture when there is room: "
            "free "
            "some, or lower --capture-days or --capture-mib",
            folder_.failure());
    if (grew) losing_ = true;
    if (!losing_ || now_ms - lost_at_ms_ < kEpisodeMs) return;
    losing_ = false;
    log::warn("the capture is complete again after {} lost lines; its watermarks show the gap", lost.lines);
}

void CaptureWriter::publish() {
    const std::lock_guard lock(mutex_);
    published_ = folder_.counts();
}

}  // namespace pulse
