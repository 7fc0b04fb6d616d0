#include "capture/capture_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <utility>

#include "base/clock.hpp"

namespace pulse {

namespace {

constexpr std::string_view kEnding = ".ndjson.zst";
constexpr std::string_view kPart = ".part";
constexpr std::size_t kStampSize = 19;  // 20251205T143000123Z

std::string stamp_of(std::int64_t unix_ms) {
    std::string stamp = rfc3339_ms(unix_ms);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == '.'; });
    return stamp;
}

std::optional<int> number(std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '-') return {};
    return value;
}

std::optional<std::int64_t> instant_of(std::string_view stamp) {
    if (stamp.size() != kStampSize || stamp[8] != 'T' || stamp[18] != 'Z') return {};
    const auto day =
        parse_date(fmt::format("{}-{}-{}", stamp.substr(0, 4), stamp.substr(4, 2), stamp.substr(6, 2)));
    const auto hour = number(stamp.substr(9, 2));
    const auto minute = number(stamp.substr(11, 2));
    const auto ms = number(stamp.substr(13, 5));
    if (!day || !hour || !minute || !ms || *hour > 23 || *minute > 59 || *ms > 59'999) return {};
    return ((std::int64_t{*day} * 24 + *hour) * 60 + *minute) * 60'000 + *ms;
}

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_' || c == '.';
    });
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t end = 0; (end = text.find(at)) != std::string_view::npos; text.remove_prefix(end + 1))
        parts.push_back(text.substr(0, end));
    parts.push_back(text);
    return parts;
}

/// Files that stay or go together. A live file stands for itself; a watermark of history speaks for all that
/// it and the processes it goes on from have kept of the date.
struct Unit {
    Day day = 0;
    std::int64_t start_ms = 0;
    bool in_use = false;
    std::uint64_t bytes = 0;  ///< of the closed ones
    std::vector<CapturedFile> files;
};

// Oldest first.
std::vector<Unit> units_of(const std::vector<CapturedFile>& files) {
    std::map<std::pair<std::string, std::string>, Unit> found;
    for (const CapturedFile& file : files) {
        const auto name = parse_capture_name(file.file);
        const auto day = parse_date(file.folder);
        if (!name || !day) continue;
        Unit& unit = found[{file.folder, name->kind == "history" ? name->kind : file.file}];
        unit.start_ms =
            unit.files.empty() && !unit.in_use ? name->start_ms : std::min(unit.start_ms, name->start_ms);
        unit.day = *day;
        unit.in_use = unit.in_use || name->part;
        if (name->part) continue;
        unit.bytes += file.bytes;
        unit.files.push_back(file);
    }
    std::vector<Unit> units;
    for (auto& [key, unit] : found) units.push_back(std::move(unit));
    std::stable_sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
        return std::pair(a.day, a.start_ms) < std::pair(b.day, b.start_ms);
    });
    return units;
}

}  // namespace

std::string CaptureName::text() const {
    return fmt::format("{}-{}-{}{}{}{}{}", kind, stamp_of(start_ms), scope, scope.empty() ? "" : "-", writer,
                       kEnding, part ? kPart : "");
}

std::optional<CaptureName> parse_capture_name(std::string_view file) {
    CaptureName name;
    if ((name.part = file.ends_with(kPart))) file.remove_suffix(kPart.size());
    if (!file.ends_with(kEnding)) return {};
    file.remove_suffix(kEnding.size());
    const auto parts = split(file, '-');
    if (parts.size() < 3 || parts.size() > 4) return {};
    const auto start = instant_of(parts[1]);
    if (!start || (parts[0] != "live" && parts[0] != "history")) return {};
    if (!is_word(parts.back()) || !is_word(parts[2])) return {};
    name.kind = parts[0];
    name.start_ms = *start;
    if (parts.size() == 4) name.scope = parts[2];
    name.writer = parts.back();
    return name;
}

std::string capture_scope(std::string_view min_premium, int min_dte, int max_dte) {
    return fmt::format("p{}_d{}to{}", min_premium, min_dte, max_dte);
}

std::vector<CapturedFile> captures_to_remove(const std::vector<CapturedFile>& files, Day today,
                                             const CaptureKeep& keep) {
    std::vector<Unit> units = units_of(files);
    std::uint64_t left = 0;
    Day newest = 0;
    for (const Unit& unit : units) {
        left += unit.bytes;
        if (unit.day <= today + 1) newest = std::max(newest, unit.day);
    }
    std::vector<CapturedFile> removed;
    for (Unit& unit : units) {
        const bool old = keep.days > 0 && unit.day <= newest - keep.days;
        if (unit.in_use || (!old && (keep.bytes == 0 || left <= keep.bytes))) continue;
        left -= unit.bytes;
        std::move(unit.files.begin(), unit.files.end(), std::back_inserter(removed));
    }
    return removed;
}

}  // namespace pulse
