#include "capture/capture_frame.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include "base/error.hpp"

namespace pulse {

namespace {

// A frame is one second of the tape, or 1 MiB: higher levels find little more in so little, at several times
// the cost.
constexpr int kLevel = 1;
// A frame holds 1 MiB and at most one line more: whatever claims to be larger is damaged.
constexpr unsigned long long kMostContent = 8 << 20;

}  // namespace

struct FramePacker::Context {
    ZSTD_CCtx* zstd = ZSTD_createCCtx();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { ZSTD_freeCCtx(zstd); }
};

FramePacker::FramePacker() : context_(std::make_unique<Context>()) {
    if (context_->zstd == nullptr ||
        ZSTD_isError(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, kLevel)) != 0 ||
        ZSTD_isError(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_checksumFlag, 1)) != 0)
        throw Error(Exit::kFailure, "zstd refuses to pack");
}

FramePacker::~FramePacker() = default;

void FramePacker::pack(std::string_view text, std::string& frame) {
    frame.resize(ZSTD_compressBound(text.size()));
    const std::size_t size =
        ZSTD_compress2(context_->zstd, frame.data(), frame.size(), text.data(), text.size());
    if (ZSTD_isError(size) != 0)
        throw Error(Exit::kFailure, fmt::format("zstd refuses to pack: {}", ZSTD_getErrorName(size)));
    frame.resize(size);
}

std::size_t whole_frames(std::string_view data) {
    std::string content;
    std::size_t whole = 0;
    while (whole < data.size()) {
        const char* const at = data.data() + whole;
        const std::size_t size = ZSTD_findFrameCompressedSize(at, data.size() - whole);
        if (ZSTD_isError(size) != 0) break;
        const unsigned long long content_size = ZSTD_getFrameContentSize(at, size);
        if (content_size > kMostContent) break;  // the two values that mean "unknown" are larger
        content.resize(content_size);
        if (ZSTD_decompress(content.data(), content.size(), at, size) != content_size) break;
        whole += size;
    }
    return whole;
}

}  // namespace pulse
