#include "net/flat_backfill.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "base/fd.hpp"
#include "base/signals.hpp"
#include "net/random_source.hpp"

namespace pulse {

namespace {

constexpr std::size_t kRead = std::size_t{64} * 1024;

struct LocalFile {
    UniqueFd owned;  ///< empty for stdin
    int fd;
    std::string name;
};

// All are opened before the first is read: a misspelt name fails before anything is written.
std::vector<LocalFile> open_all(const std::vector<std::string>& paths) {
    std::vector<LocalFile> files;
    for (const std::string& path : paths) {
        UniqueFd owned = path == "-" ? UniqueFd() : open_for_reading(path);
        const int fd = owned ? owned.get() : STDIN_FILENO;
        files.push_back({std::move(owned), fd, path == "-" ? "stdin" : path});
    }
    return files;
}

// False when a stop was requested meanwhile.
bool read_local(const LocalFile& file, FlatRecords& records) {
    records.begin(file.name);
    std::array<char, kRead> buffer;
    for (;;) {
        if (file.fd == STDIN_FILENO) {
            // A pipe may stay silent for ever; a stop must not wait for it.
            while (!stop_requested() && !readable(file.fd, 100)) {
            }
        }
        if (stop_requested()) return false;
        const std::size_t size = read_some(file.fd, buffer.data(), buffer.size(), file.name);
        if (size == 0) break;
        records.feed({buffer.data(), size});
    }
    if (!records.finish())
        throw Error(Exit::kFailure, fmt::format("{}: {}; it was not read to its end: get the file again",
                                                file.name, records.broken_reason()));
    if (stop_requested()) return false;
    records.complete(file.name, std::nullopt, {});
    return true;
}

void fetch_sessions(const FlatBackfillOptions& options, FlatRecords& records, FlatProgress& progress) {
    auto session = options.sessions.begin();
    std::uint64_t started = 0;
    // One file after the other: they share one decoder, and each is large. The next one exists when the last
    // is done.
    const auto more = [&]() -> std::unique_ptr<FetchTask> {
        const std::uint64_t ended = progress.read + progress.missing + progress.unchanged;
        if (session == options.sessions.end() || ended < started) return nullptr;
        ++started;
        return std::make_unique<FlatTask>(*options.source, *session++, records, progress);
    };
    FetchScheduler scheduler({1, 0, options.max_retries}, more, random_source());
    try {
        run_fetches(scheduler, options.net, [&](std::int64_t now_ms) {
            if (options.on_progress) options.on_progress(progress, now_ms);
        });
    } catch (const Error& error) {
        if (error.exit() != Exit::kAuth) throw;
        throw Error(
            Exit::kAuth,
            fmt::format(
                "{}. Flat files need a key pair of their own (from the dashboard, in "
                "POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY) and a plan that includes them",
                error.what()));
    }
}

}  // namespace

std::string flat_progress_text(const FlatProgress& progress, std::size_t sessions) {
    constexpr std::uint64_t kMb = 1'000'000;
    const std::string of =
        progress.total < 0 ? std::string() : fmt::format(" of {}", progress.total / std::int64_t{kMb});
    return fmt::format("{}  {}{} MB  files {}/{}", progress.name, progress.bytes / kMb, of,
                       progress.read + progress.missing + progress.unchanged, sessions);
}

std::string flat_files_text(const FlatProgress& progress) {
    return fmt::format("files: {} read, {} missing, {} unchanged", progress.read, progress.missing,
                       progress.unchanged);
}

void run_flat_backfill(const FlatBackfillOptions& options, Output& output, Rejects& rejects, Journal* journal,
                       FlatBackfillResult& result) {
    const std::vector<LocalFile> files = open_all(options.files);
    FlatRecords records(options.filter, output, rejects, journal);
    try {
        for (const LocalFile& file : files) {
            if (!read_local(file, records)) break;
            ++result.files.read;
        }
        if (!options.sessions.empty() && !stop_requested()) fetch_sessions(options, records, result.files);
    } catch (const ReaderGone&) {
        if (journal != nullptr) journal->rollback();  // what it had taken may never have been used
        result.summary = records.close();
        throw;
    } catch (...) {
        result.summary = records.close();
        throw;
    }
    result.summary = records.close();
}

}  // namespace pulse
