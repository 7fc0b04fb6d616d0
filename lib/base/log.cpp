#include "base/log.hpp"

#include <unistd.h>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/json_text.hpp"

namespace pulse::log {

namespace {

struct Settings {
    std::string tool = "pulse";
    Level level = Level::kInfo;
    Format format = Format::kText;
};

Settings& settings() {
    static Settings instance;
    return instance;
}

std::string_view level_name(Level level) {
    switch (level) {
        case Level::kError:
            return "error";
        case Level::kWarn:
            return "warn";
        case Level::kInfo:
            return "info";
        case Level::kDebug:
            return "debug";
    }
    return "error";
}

// A message is one line whatever a peer or an input line put into it.
void append_printable(std::string& out, std::string_view text) {
    for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

}  // namespace

void configure(std::string tool, Level level, Format format) {
    settings() = {std::move(tool), level, format};
}

bool enabled(Level level) noexcept {
    return level <= settings().level;
}

std::string line(Level level, std::string_view message) {
    const Settings& s = settings();
    const std::string time = rfc3339_ms(wall_ms());
    std::string out;
    out.reserve(message.size() + 96);
    if (s.format == Format::kJson) {
        out =
            fmt::format(R"({{"level":"{}","time":"{}","tool":"{}","msg":)", level_name(level), time, s.tool);
        append_json_string(out, message);
        out += "}\n";
    } else {
        out = fmt::format("{} {} {}: ", time, level_name(level), s.tool);
        append_printable(out, message);
        out += '\n';
    }
    return out;
}

void write_lines(std::string_view lines) noexcept {
    write_all(STDERR_FILENO, lines);
}

void write(Level level, std::string_view message) {
    if (enabled(level)) write_lines(line(level, message));
}

bool RateLimit::allow(std::int64_t now_ms) noexcept {
    if (burst_ > 0) {
        --burst_;
    } else if (now_ms - last_ms_ < period_ms_) {
        ++suppressed_;
        return false;
    }
    last_ms_ = now_ms;
    return true;
}

}  // namespace pulse::log
