#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/date.hpp"

namespace pulse {

/// What the name of a captured file says:
///   live-20251205T143000123Z-19b2c8f0a1e_4d2.ndjson.zst
///   history-20251205T143000123Z-p0_d0to30-19b2c8f0a1e_4d2.ndjson.zst.part
/// Within a date's folder the files of one writer sort in the order they were written.
struct CaptureName {
    std::string kind;           ///< live or history
    std::int64_t start_ms = 0;  ///< event time of the first line, Unix ms (years 0000 to 9999)
    std::string scope;   ///< what a filter before it let through, as capture_scope(); empty: everything
    std::string writer;  ///< the process that wrote it
    bool part = false;   ///< it is being written, or its writer was killed

    [[nodiscard]] std::string text() const;
};

/// Nothing for a name that no capture gives.
std::optional<CaptureName> parse_capture_name(std::string_view file);

/// A name's part for trades of at least this premium (as it was given) and these days to expiry: `p0_d0to30`.
std::string capture_scope(std::string_view min_premium, int min_dte, int max_dte);

/// How much of the capture is kept. 0: no limit.
struct CaptureKeep {
    int days = 30;            ///< New York dates, up to the newest there is
    std::uint64_t bytes = 0;  ///< of all closed files
};

/// A file of the capture: DIR/folder/file.
struct CapturedFile {
    std::string folder;  ///< its date, YYYY-MM-DD
    std::string file;
    std::uint64_t bytes = 0;
};

/// Which of the closed files have to go, oldest first: those of dates that are too old, then the oldest until
/// the rest fits. All files of history of a date go together (a backfill may go on where a killed one
/// stopped), and never while one of them is being written. What is no file of a capture is neither counted
/// nor chosen; a date that `today` has not reached (a damaged time) makes no other one old.
std::vector<CapturedFile> captures_to_remove(const std::vector<CapturedFile>& files, Day today,
                                             const CaptureKeep& keep);

}  // namespace pulse
