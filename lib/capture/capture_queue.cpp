#include "capture/capture_queue.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pulse {

namespace {
constexpr std::size_t kBlock = 256 << 10;
}

bool CaptureQueue::push(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    if (bytes_ + lines.size() > most_bytes_ || (full_ && bytes_ > most_bytes_ / 2)) {
        full_ = true;
        return false;
    }
    full_ = false;
    if (items_.empty() || items_.back().lines.size() + lines.size() > kBlock) {
        items_.emplace_back();
        items_.back().lines = std::move(spare_);
        items_.back().lines.reserve(std::max(kBlock, lines.size()));
    }
    items_.back().lines += lines;
    bytes_ += lines.size();
    if (worth_waking()) ready_.notify_one();
    return true;
}

void CaptureQueue::lost(const CaptureLoss& loss) {
    const std::lock_guard lock(mutex_);
    if (items_.empty() || !items_.back().lines.empty()) items_.emplace_back();
    items_.back().lost.add(loss);
}

void CaptureQueue::finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    ready_.notify_one();
}

CaptureQueue::Taken CaptureQueue::take(Item& out, int timeout_ms) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return worth_waking(); });
    if (items_.empty()) return finished_ ? Taken::kEnd : Taken::kTimeout;
    std::swap(out, items_.front());
    spare_ = std::move(items_.front().lines);
    spare_.clear();
    items_.pop_front();
    bytes_ -= out.lines.size();
    return Taken::kItem;
}

std::size_t CaptureQueue::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace pulse
