#pragma once

#include <string>
#include <string_view>

namespace pulse {

/// A regular file mapped for reading. Its pages belong to the page cache: a file of any size costs no memory
/// of ours. Whoever shortens the file meanwhile ends this process with SIGBUS.
class MappedFile {
  public:
    /// Throws Error(kIo) naming the path when it can't be opened or is no regular file.
    explicit MappedFile(const std::string& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::string_view text() const noexcept { return {static_cast<const char*>(data_), size_}; }
    /// Gives the pages touched so far back, so that they don't count as this process's memory; a later look
    /// reads them from the page cache again.
    void release_pages() const noexcept;

  private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace pulse
