#include "capture/capture_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "market/new_york.hpp"

namespace pulse {

namespace {

constexpr std::string_view kWatermarkHead = R"({"ev":"W")";
constexpr std::string_view kTimeKey = R"(,"t":)";
constexpr std::size_t kTimeLetter = 2;  // where its `t` stands: a rare letter behind the symbol

// The last place of the key, or nullptr. What std::string_view::rfind does, at a tenth of its cost.
const char* last_time_key(std::string_view line) {
    while (line.size() >= kTimeKey.size()) {
        const auto* const letter = static_cast<const char*>(::memrchr(line.data(), 't', line.size()));
        if (letter == nullptr || letter < line.data() + kTimeLetter) return nullptr;
        const char* const at = letter - kTimeLetter;
        if (std::string_view(at, static_cast<std::size_t>(line.end() - at)).starts_with(kTimeKey)) return at;
        line = line.substr(0, static_cast<std::size_t>(letter - line.data()));
    }
    return nullptr;
}

// The time in the spelling all our tools and the vendor use. Behind a raw `,"` stands no string's content, so
// without nested objects this is the trade's own `t`.
std::optional<std::int64_t> usual_time(std::string_view line) {
    const char* const at = last_time_key(line);
    if (at == nullptr || line.find('{', 1) != std::string_view::npos) return {};
    std::int64_t t_ms = 0;
    const char* const digits = at + kTimeKey.size();
    const char* const limit = line.data() + line.size();
    const auto [end, error] = std::from_chars(digits, limit, t_ms);
    if (error != std::errc() || end == limit || (*end != ',' && *end != '}')) return {};
    return t_ms;
}

bool has_date(std::int64_t t_ms) {
    return t_ms >= 0 && t_ms <= kMaxUnixMs;
}

}  // namespace

CapturedLine CaptureLineReader::read(std::string_view line) {
    if (line.starts_with(kWatermarkHead)) return read_watermark(line);
    if (const auto t_ms = usual_time(line); t_ms && has_date(*t_ms))
        return {CapturedLine::Kind::kTrade, *t_ms};
    if (parser_.parse(line) == RecordKind::kTrade && has_date(parser_.trade().t_ms))
        return {CapturedLine::Kind::kTrade, parser_.trade().t_ms};
    return {};
}

CapturedLine CaptureLineReader::read_watermark(std::string_view line) {
    auto watermark = watermarks_.read(line);
    if (!watermark || !has_date(watermark->to_ms)) return {};
    watermark_ = std::move(*watermark);
    if (watermark_.tickers.empty()) return {CapturedLine::Kind::kMarker, 0};
    return {CapturedLine::Kind::kWatermark, watermark_.to_ms};
}

void CaptureLoss::add(const CaptureLoss& other) {
    lines += other.lines;
    to_ms = std::max(to_ms, other.to_ms);
}

CaptureLoss loss_of(std::string_view lines, CaptureLineReader& reader, std::int64_t latest_ms) {
    CaptureLoss loss;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
        const std::string_view line = lines.substr(0, end + (lines[end] == '\n' ? 0 : 1));
        lines.remove_prefix(end + 1);
        if (line.empty()) continue;
        const CapturedLine read = reader.read(line);
        ++loss.lines;
        if (read.kind == CapturedLine::Kind::kTrade && read.t_ms <= latest_ms)
            loss.to_ms = std::max(loss.to_ms, read.t_ms);
    }
    return loss;
}

std::optional<Watermark> watermark_behind(const Watermark& watermark, std::int64_t lost_to_ms) {
    if (lost_to_ms < watermark.from_ms) return watermark;
    if (lost_to_ms >= watermark.to_ms) return std::nullopt;
    Watermark moved = watermark;
    moved.from_ms = lost_to_ms + 1;
    return moved;
}

}  // namespace pulse
