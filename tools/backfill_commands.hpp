#pragma once

#include <string>
#include <vector>

#include "backfill_options.hpp"
#include "capture/capture_options.hpp"

namespace pulse {

/// What one subcommand of backfill-fetch was told.
struct Command {
    Selection selection;
    Working working;
    RestSettings rest;
    CaptureOptions capture;
    std::string s3_endpoint;
    std::string source = "auto";
    std::vector<std::string> files;
    bool before_live = false;
    bool dry_run = false;
};

/// The subcommands. They throw Error for what ends the process otherwise.
Exit run_trades(const Command& o);
Exit run_flat(const Command& o);
Exit run_bars(const Command& o);
Exit run_heal(const Command& o);

/// Fetches the windows from whichever source is less work, or the one asked for, and writes their records.
/// `state`: path of the state file, or empty.
Exit fetch_windows(const Command& o, std::vector<HistoryWindow> windows, const std::string& state);

/// The date in New York now.
Day today();
/// Throws Error(kUsage) for ALL.
std::vector<std::string> tickers_of(const Selection& o);

}  // namespace pulse
