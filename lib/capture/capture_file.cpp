#include "capture/capture_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "base/mapped_file.hpp"
#include "capture/capture_frame.hpp"

namespace pulse {

namespace {

constexpr std::string_view kPart = ".part";
constexpr int kTries = 5;

[[noreturn]] void fail_at(const std::string& path, const char* what, int error) {
    throw Error(Exit::kIo, fmt::format("cannot {} {}: {}", what, path, std::strerror(error)));
}

bool still_named(int fd, const std::string& path) {
    struct stat ours{};
    struct stat named{};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
           ours.st_ino == named.st_ino;
}

// A name is on the disk when its folder is.
void sync_folder(const std::string& path) {
    const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) fail_at(path, "sync", errno);
}

}  // namespace

// Between making the folder and the file, another process may remove the folder as empty; between making the
// file and locking it, take it for a left-over.
CaptureFile::CaptureFile(const std::string& directory, const std::string& folder, CaptureName name)
    : folder_path_(directory + "/" + folder) {
    name.part = false;
    path_ = folder_path_ + "/" + name.text();
    const std::string part = path_ + std::string(kPart);
    int error = 0;
    for (int i = 0; i < kTries; ++i) {
        if (::mkdir(folder_path_.c_str(), 0755) != 0 && errno != EEXIST)
            fail_at(folder_path_, "make the folder", errno);
        file_ = UniqueFd(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644));
        error = errno;
        if (!file_ && error == ENOENT) continue;
        if (!file_) break;
        // Whoever asks whether it is in use holds it for a moment.
        if (::flock(file_.get(), LOCK_EX) == 0 && still_named(file_.get(), part)) return;
        error = EWOULDBLOCK;
    }
    fail("create", error);
}

void CaptureFile::append(std::string_view frame) {
    const int error = damaged_ ? EIO : write_all(file_.get(), frame);
    if (error == 0) {
        bytes_ += frame.size();
        return;
    }
    damaged_ = ::ftruncate(file_.get(), static_cast<off_t>(bytes_)) != 0;
    fail("write", error);
}

void CaptureFile::close() {
    const std::string part = path_ + std::string(kPart);
    if (bytes_ == 0) {
        if (::unlink(part.c_str()) != 0) fail("remove", errno);
        return;
    }
    if (damaged_) fail("end", EIO);
    if (::fsync(file_.get()) != 0) fail("sync", errno);
    if (::rename(part.c_str(), path_.c_str()) != 0) fail("rename", errno);
    file_.reset();
    sync_folder(folder_path_);
}

void CaptureFile::fail(const char* what, int error) const {
    fail_at(path_ + std::string(kPart), what, error);
}

RecoveredPart recover_part(const std::string& part_path) {
    RecoveredPart result;
    const UniqueFd file(::open(part_path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file) fail_at(part_path, "open", errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !still_named(file.get(), part_path)) {
        result.in_use = true;
        return result;
    }
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) fail_at(part_path, "look at", errno);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > 0) result.kept = whole_frames(MappedFile(part_path).text());
    result.cut = size - result.kept;
    if (result.kept == 0) {
        if (::unlink(part_path.c_str()) != 0) fail_at(part_path, "remove", errno);
        return result;
    }
    if (result.cut > 0 && ::ftruncate(file.get(), static_cast<off_t>(result.kept)) != 0)
        fail_at(part_path, "shorten", errno);
    if (::fsync(file.get()) != 0) fail_at(part_path, "sync", errno);
    const std::string path = part_path.substr(0, part_path.size() - kPart.size());
    if (::rename(part_path.c_str(), path.c_str()) != 0) fail_at(part_path, "rename", errno);
    sync_folder(path.substr(0, path.rfind('/')));
    return result;
}

}  // namespace pulse
