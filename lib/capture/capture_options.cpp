#include "capture/capture_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/error.hpp"

namespace pulse {

void declare_capture(CLI::App& app, CaptureOptions& o) {
    app.add_option(
           "--capture", o.directory,
           "keep all that is written there as well, compressed, in a folder a date; scripts/rederive makes "
           "the tables from it anew")
        ->type_name("DIR");
    app.add_option("--capture-days", o.days,
                   "how many New York dates are kept, up to the newest there is, 0 = all")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    app.add_option("--capture-mib", o.mib,
                   "most MiB that all of it may take: the oldest files go, 0 = no limit")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 40))
        ->capture_default_str();
}

void check_capture_keeps(const CaptureOptions& o, Day first, Day today) {
    if (!o.on() || o.days == 0 || first > today - o.days) return;
    throw Error(Exit::kUsage,
                fmt::format("--capture-days {} keeps nothing of {}: give {} or more, or 0 to keep all",
                            o.days, date_text(first), today - first + 1));
}

}  // namespace pulse
