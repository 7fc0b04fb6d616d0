#include "capture/capture_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "capture/capture_store.hpp"

namespace pulse {

namespace {

constexpr std::size_t kFrameBytes = 1 << 20;
constexpr std::size_t kWaitingBytes = 16 << 20;  // of all dates together
constexpr std::int64_t kSettleMs = 1000;
constexpr std::uint64_t kFileBytes = 64ULL << 20;
constexpr std::int64_t kFileSpanMs = 60 * 60'000;
constexpr std::int64_t kIdleMs = 5 * 60'000;
constexpr std::size_t kMostOpen = 256;  // history comes contract by contract, each with all dates

}  // namespace

CaptureFolder::CaptureFolder(CaptureSettings settings)
    : settings_(std::move(settings)), writer_(fmt::format("{:x}_{:x}", wall_ms(), ::getpid())) {
    make_capture_folder(settings_.directory);
    recover_captures(settings_.directory);
    counts_.removed = remove_old_captures(settings_.directory, settings_.keep);
    settled_ms_ = mono_ms();
}

void CaptureFolder::take(std::string_view lines) {
    now_ms_ = mono_ms();
    latest_ms_ = latest_trade_ms(wall_ms());
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (!line.empty()) take_line(line, reader_.read(line));
    }
}

void CaptureFolder::take_line(std::string_view line, const CapturedLine& read) {
    switch (read.kind) {
        case CapturedLine::Kind::kTrade:
            append(session_at(read.t_ms), line, read);
            break;
        case CapturedLine::Kind::kWatermark: {
            Session& session = session_at(read.t_ms);
            const auto moved = watermark_behind(reader_.watermark(), missing_to(session));
            if (!moved) {
                ++counts_.withheld;
            } else if (moved->from_ms == reader_.watermark().from_ms) {
                append(session, line, read);
            } else {
                std::string text = watermark_line(*moved);
                text.pop_back();
                append(session, text, read);
            }
            break;
        }
        case CapturedLine::Kind::kMarker:
            take_marker(line);
            break;
        case CapturedLine::Kind::kOther:  // it belongs to what it stands beside
            append(current_ != nullptr ? *current_ : session_at(wall_ms()), line, read);
            break;
    }
}

// A watermark must not claim what is lost, nor what stands in an earlier file: that one may be removed.
std::int64_t CaptureFolder::missing_to(const Session& session) const {
    return std::max(counts_.lost.to_ms, settings_.kind == "live" ? session.closed_ms : CaptureLoss::kNever);
}

// It is about every date: each gets it before its next line.
void CaptureFolder::take_marker(std::string_view line) {
    marker_ = line;
    ++markers_;
    current_ = nullptr;
}

CaptureFolder::Session& CaptureFolder::session_at(std::int64_t t_ms) {
    const Day day = clock_.date_of(t_ms);
    if (current_ != nullptr && day == current_day_) return *current_;
    current_day_ = day;
    current_ = &sessions_[day];
    if (std::exchange(current_->markers, markers_) < markers_) append(*current_, marker_, {});
    return *current_;
}

void CaptureFolder::append(Session& session, std::string_view line, const CapturedLine& read) {
    if (session.waiting.empty()) session.first_ms.reset();
    if (!session.first_ms && read.kind != CapturedLine::Kind::kOther) session.first_ms = read.t_ms;
    session.waiting += line;
    session.waiting += '\n';
    waiting_bytes_ += line.size() + 1;
    session.touched_ms = now_ms_;
    ++session.waiting_loss.lines;
    // One damaged time stamp from the future must not take the claims of all that follows.
    if (read.kind != CapturedLine::Kind::kOther && read.t_ms <= latest_ms_) {
        auto& reach_ms =
            read.kind == CapturedLine::Kind::kTrade ? session.waiting_loss.to_ms : session.claimed_ms;
        reach_ms = std::max(reach_ms, read.t_ms);
    }
    if (session.waiting.size() >= kFrameBytes) end_frame(current_day_, session);
    if (waiting_bytes_ >= kWaitingBytes) settle();
    if (session.file && is_long_enough(session, read)) {
        end_frame(current_day_, session);
        if (session.file) close_file(session);
    }
}

// A live file ends behind a watermark, if there are any, so that the claims of the next one begin where its
// own end.
bool CaptureFolder::is_long_enough(const Session& session, const CapturedLine& read) const {
    const bool live = settings_.kind == "live";
    if (live && session.claimed_ms != CaptureLoss::kNever && read.kind != CapturedLine::Kind::kWatermark)
        return session.file->bytes() >= 4 * kFileBytes;
    const bool long_span = live && read.kind != CapturedLine::Kind::kOther && read.t_ms <= latest_ms_ &&
                           read.t_ms >= session.name_ms + kFileSpanMs;
    return long_span || session.file->bytes() >= kFileBytes;
}

void CaptureFolder::end_frame(Day day, Session& session) {
    if (session.waiting.empty()) return;
    const CaptureLoss loss = std::exchange(session.waiting_loss, {});
    try {
        packer_.pack(session.waiting, frame_);
        if (!session.file) open(day, session);
        session.file->append(frame_);
        counts_.lines += loss.lines;
        counts_.text_bytes += session.waiting.size();
        counts_.bytes += frame_.size();
        session.unsynced.add(loss);
    } catch (const Error& error) {
        fail(error.what(), loss);
        // What ails one file need not ail the next.
        if (session.file) close_file(session);
    }
    waiting_bytes_ -= session.waiting.size();
    session.waiting.clear();
}

void CaptureFolder::open(Day day, Session& session) {
    if (open_files_ >= kMostOpen) close_longest_untouched();
    // The first line of a file may be a late print: the name must not sort before the last one's.
    const std::int64_t name_ms =
        std::max(session.first_ms.value_or(new_york_ms(day, 0)), session.name_ms + 1);
    session.file.emplace(settings_.directory, date_text(day),
                         CaptureName{settings_.kind, name_ms, settings_.scope, writer_, false});
    session.name_ms = name_ms;
    ++open_files_;
}

void CaptureFolder::close_longest_untouched() {
    auto oldest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at)
        if (at->second.file &&
            (oldest == sessions_.end() || at->second.touched_ms < oldest->second.touched_ms))
            oldest = at;
    if (oldest != sessions_.end()) close_file(oldest->second);
}

// With its frame ended, or lost.
void CaptureFolder::close_file(Session& session) {
    const CaptureLoss content = std::exchange(session.unsynced, {});
    session.closed_ms = std::max({session.closed_ms, session.claimed_ms, content.to_ms});
    try {
        session.file->close();
        if (session.file->bytes() > 0) ++counts_.files;
    } catch (const Error& error) {
        // How much of it the disk has is found out when it is recovered.
        fail(error.what(), {0, content.to_ms});
    }
    session.file.reset();
    --open_files_;
    closed_some_ = true;
}

void CaptureFolder::settle() {
    settled_ms_ = mono_ms();
    for (auto& [day, session] : sessions_) end_frame(day, session);
}

void CaptureFolder::tick(std::int64_t now_ms) {
    if (now_ms - settled_ms_ >= kSettleMs) settle();
    for (auto& [day, session] : sessions_)
        if (session.file && now_ms - session.touched_ms >= kIdleMs) close_file(session);
    if (std::exchange(closed_some_, false)) remove_old();
}

void CaptureFolder::close() {
    settle();
    for (auto& [day, session] : sessions_)
        if (session.file) close_file(session);
    remove_old();
}

// History may be older than the days that are kept: it stays until the next start at least.
void CaptureFolder::remove_old() {
    if (settings_.kind == "live") counts_.removed += remove_old_captures(settings_.directory, settings_.keep);
}

void CaptureFolder::fail(const std::string& why, const CaptureLoss& loss) {
    ++failures_;
    failure_ = why;
    lost(loss);
}

}  // namespace pulse
