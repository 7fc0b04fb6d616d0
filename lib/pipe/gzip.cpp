#include "pipe/gzip.hpp"

#include <zlib.h>

#include "base/error.hpp"

namespace pulse {

namespace {

constexpr int kLevel = 1;
constexpr int kGzipFormat = 15 + 16;  // zlib.h: the largest window, and 16 for gzip
constexpr int kMemory = 9;
constexpr std::size_t kRoom = 32 << 10;

}  // namespace

struct Gzip::Stream {
    z_stream z{};
};

Gzip::Gzip() : stream_(std::make_unique<Stream>()) {
    if (deflateInit2(&stream_->z, kLevel, Z_DEFLATED, kGzipFormat, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
        throw Error(Exit::kFailure, "zlib refuses to pack");
}

Gzip::~Gzip() {
    deflateEnd(&stream_->z);
}

void Gzip::pack(std::string_view piece, bool last, std::string& out) {
    z_stream& z = stream_->z;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // zlib reads only
    z.avail_in = static_cast<uInt>(piece.size());
    const int flush = last ? Z_FINISH : Z_NO_FLUSH;
    int result = Z_OK;
    do {
        const std::size_t used = out.size();
        out.resize(used + kRoom);
        z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        z.avail_out = kRoom;
        result = deflate(&z, flush);
        out.resize(used + kRoom - z.avail_out);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            throw Error(Exit::kFailure, "zlib refuses to pack");
    } while (z.avail_out == 0 && result != Z_STREAM_END);
}

}  // namespace pulse
