#include "vendor/backfill_outlet.hpp"

#include "base/log.hpp"

namespace pulse {

namespace {
constexpr std::size_t kWriteBytes = std::size_t{64} * 1024;
}

void BackfillOutlet::append(std::string_view records) {
    records_ += records;
    if (records_.size() >= kWriteBytes) flush();
}

void BackfillOutlet::remember(std::string_view key, std::string line) {
    const auto at = state_.find(key);
    if (at == state_.end())
        state_.emplace(key, std::move(line));
    else
        at->second = std::move(line);
}

void BackfillOutlet::flush() {
    if (failed_) return;
    failed_ = true;
    if (!records_.empty()) edge_.write(records_);
    records_.clear();
    if (!hits_.empty()) log::write_lines(hits_);
    hits_.clear();
    std::string lines;
    for (const auto& [key, line] : state_) (lines += lines.empty() ? "" : "\n") += line;
    if (!lines.empty()) edge_.remember(lines);
    state_.clear();
    failed_ = false;
}

}  // namespace pulse
