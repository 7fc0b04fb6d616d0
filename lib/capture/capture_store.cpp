#include "capture/capture_store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "capture/capture_file.hpp"
#include "market/new_york.hpp"

namespace pulse {

namespace {

namespace fs = std::filesystem;

// Calls `see(folder, file, entry)` for every file of the capture. What vanishes meanwhile is passed over.
template <typename See>
void each_capture(const std::string& directory, const See& see) {
    std::error_code error;
    for (fs::directory_iterator folder(directory, error), end; !error && folder != end;
         folder.increment(error)) {
        const std::string date = folder->path().filename();
        std::error_code ignored;
        if (!parse_date(date) || !folder->is_directory(ignored)) continue;
        for (fs::directory_iterator file(folder->path(), ignored);
             !ignored && file != fs::directory_iterator(); file.increment(ignored))
            if (const auto name = parse_capture_name(file->path().filename().string()))
                see(date, *name, *file);
    }
}

std::string path_of(const std::string& directory, const CapturedFile& capture) {
    return fmt::format("{}/{}/{}", directory, capture.folder, capture.file);
}

}  // namespace

void make_capture_folder(const std::string& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error && ::access(directory.c_str(), W_OK | X_OK) != 0)
        error = std::error_code(errno, std::generic_category());
    if (error)
        throw Error(Exit::kConfig, fmt::format("cannot keep a capture in {}: {}; name a writable folder with "
                                               "--capture, or do without it",
                                               directory, error.message()));
}

void recover_captures(const std::string& directory) {
    std::vector<std::string> parts;
    each_capture(directory,
                 [&](const std::string&, const CaptureName& name, const fs::directory_entry& file) {
                     if (name.part) parts.push_back(file.path());
                 });
    for (const std::string& part : parts) {
        try {
            const RecoveredPart found = recover_part(part);
            if (!found.in_use)
                log::info(
                    "capture: {} was left by a process that was killed: {} bytes are whole, {} were cut "
                    "off",
                    part, found.kept, found.cut);
        } catch (const Error& error) {
            log::warn("capture: a file that was left behind stays as it is: {}", error.what());
        }
    }
}

std::uint64_t remove_old_captures(const std::string& directory, const CaptureKeep& keep) {
    if (keep.days == 0 && keep.bytes == 0) return 0;
    std::vector<CapturedFile> files;
    each_capture(directory,
                 [&](const std::string& folder, const CaptureName&, const fs::directory_entry& file) {
                     std::error_code error;
                     const std::uint64_t bytes = file.file_size(error);
                     if (!error) files.push_back({folder, file.path().filename(), bytes});
                 });
    std::uint64_t removed = 0;
    std::uint64_t bytes = 0;
    const auto old = captures_to_remove(files, NewYorkClock().date_of(wall_ms()), keep);
    for (const CapturedFile& capture : old) {
        const std::string path = path_of(directory, capture);
        if (::unlink(path.c_str()) != 0) {
            if (errno != ENOENT) log::warn("capture: cannot remove {}: {}", path, std::strerror(errno));
            continue;
        }
        ++removed;
        bytes += capture.bytes;
        ::rmdir(
            fmt::format("{}/{}", directory, capture.folder).c_str());  // refuses while anything is left in it
    }
    if (removed > 0)
        log::info(
            "capture: removed {} of the oldest files, {} MiB, {} to {}: --capture-days and --capture-mib "
            "leave no room for them",
            removed, bytes >> 20, old.front().folder, old.back().folder);
    return removed;
}

}  // namespace pulse
