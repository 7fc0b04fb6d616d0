#pragma once

#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "capture/capture_frame.hpp"

/// A temporary folder that goes away with the test.
struct ScratchFolder {
    std::string path = (std::filesystem::temp_directory_path() / "pulse-capture-XXXXXX").string();
    ScratchFolder() {
        if (::mkdtemp(path.data()) == nullptr) std::abort();
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() { std::filesystem::remove_all(path); }

    /// Paths of all files below it, relative, sorted.
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file()) found.push_back(std::filesystem::relative(entry.path(), path));
        std::sort(found.begin(), found.end());
        return found;
    }
    [[nodiscard]] std::string bytes_of(const std::string& file) const {
        std::ifstream in(path + "/" + file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& file, const std::string& bytes) const {
        std::filesystem::create_directories(std::filesystem::path(path + "/" + file).parent_path());
        std::ofstream(path + "/" + file, std::ios::binary) << bytes;
    }
    /// What zstdcat would give of it.
    [[nodiscard]] std::string text_of(const std::string& file) const {
        std::string bytes = bytes_of(file);
        std::string text;
        while (!bytes.empty()) {
            const std::size_t size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
            if (ZSTD_isError(size) != 0) return text + "<damaged>";
            std::string content(ZSTD_getFrameContentSize(bytes.data(), size), ' ');
            ZSTD_decompress(content.data(), content.size(), bytes.data(), size);
            text += content;
            bytes.erase(0, size);
        }
        return text;
    }
};

inline std::string frame_of(const std::string& text) {
    pulse::FramePacker packer;
    std::string frame;
    packer.pack(text, frame);
    return frame;
}
