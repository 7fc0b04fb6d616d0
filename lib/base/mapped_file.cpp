#include "base/mapped_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace pulse {

MappedFile::MappedFile(const std::string& path) {
    const UniqueFd fd = open_for_reading(path);
    struct stat info{};
    if (fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode))
        throw Error(Exit::kIo, fmt::format("{} is no regular file; write it to one first", path));
    size_ = static_cast<std::size_t>(info.st_size);
    if (size_ == 0) return;  // an empty file can't be mapped
    data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (data_ == MAP_FAILED) {
        data_ = nullptr;
        throw Error(Exit::kIo, fmt::format("can't map {}: {}", path, std::strerror(errno)));
    }
    madvise(data_, size_, MADV_SEQUENTIAL);
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) munmap(data_, size_);
}

void MappedFile::release_pages() const noexcept {
    if (data_ != nullptr) madvise(data_, size_, MADV_DONTNEED);
}

}  // namespace pulse
