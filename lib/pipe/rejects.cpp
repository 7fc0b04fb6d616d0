#include "pipe/rejects.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace pulse {

Rejects::Rejects(const std::string& file, bool strict) : path_(file), strict_(strict) {
    if (!path_.empty()) file_ = open_for_writing(path_);
}

void Rejects::reject(std::string_view input, std::uint64_t line_number, std::string_view line,
                     std::string_view reason) {
    if (file_) write(fmt::format("{}\n", line));
    report(input, line_number, reason);
}

void Rejects::append_piece(std::string_view piece) {
    if (file_) write(piece);
}

void Rejects::end_long_line(std::string_view input, std::uint64_t line_number, std::string_view reason) {
    if (file_) write("\n");
    report(input, line_number, reason);
}

void Rejects::finish() {
    if (const auto held_back = limit_.take_suppressed(); held_back > 0)
        log::warn("{} more rejected lines were not reported one by one{}", held_back,
                  path_.empty() ? "; --rejects FILE keeps them" : "");
}

void Rejects::write(std::string_view text) {
    if (const int error = write_all(file_.get(), text); error != 0)
        throw Error(Exit::kIo, fmt::format("cannot write {}: {}", path_, std::strerror(error)));
}

void Rejects::report(std::string_view input, std::uint64_t line_number, std::string_view reason) {
    ++count_;
    if (strict_) throw Error(Exit::kData, fmt::format("rejected {} line {}: {}", input, line_number, reason));
    if (limit_.allow(mono_ms())) {
        const auto held_back = limit_.take_suppressed();
        log::warn("rejected {} line {}: {}{}", input, line_number, reason,
                  held_back == 0 ? "" : fmt::format(" ({} more since the last report)", held_back));
    }
}

}  // namespace pulse
