#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/fetch_run.hpp"
#include "net/flat_task.hpp"
#include "pipe/journal.hpp"
#include "pipe/output.hpp"
#include "pipe/rejects.hpp"
#include "wire/filter_result.hpp"

namespace pulse {

/// Flat files that are to be turned into records: those of some sessions from S3, or local ones.
struct FlatBackfillOptions {
    FilterOptions filter;
    std::vector<Day> sessions;         ///< from `source`
    std::optional<FlatSource> source;  ///< must be there when `sessions` has any
    std::vector<std::string> files;  ///< local .csv.gz and .csv files, `-` is stdin; read before the sessions
    FetchNetOptions net;
    unsigned max_retries = 8;
    /// Called about four times a second while files come from S3.
    std::function<void(const FlatProgress& progress, std::int64_t now_ms)> on_progress;
};

/// `2026-11-20  31 of 71 MB  files 3/63`; `sessions`: how many files there are to read.
std::string flat_progress_text(const FlatProgress& progress, std::size_t sessions);
/// `files: 61 read, 2 missing, 0 unchanged`.
std::string flat_files_text(const FlatProgress& progress);

struct FlatBackfillResult {
    Summary summary;
    FlatProgress files;
};

/// Reads the files in the order given and writes the trades that pass and the watermarks. `journal` may be
/// null; local files don't use it. `result` is kept up to date for a summary even when this throws:
/// Error(kAuth) when S3 refuses the key, Error(kUnavailable), Error(kFailure) for a local file that is
/// damaged, ReaderGone and what Rejects throws. Returns early when a stop was requested.
void run_flat_backfill(const FlatBackfillOptions& options, Output& output, Rejects& rejects, Journal* journal,
                       FlatBackfillResult& result);

}  // namespace pulse
