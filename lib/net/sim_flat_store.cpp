#include "net/sim_flat_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "market/new_york.hpp"
#include "pipe/gzip.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kWorkMs = 10;  // between two looks at the other connections
constexpr std::size_t kPieceBytes = 60 << 10;
constexpr int kPublishedMinutes = 11 * 60;  // the vendor's files are there at about 11:00 the next day

[[noreturn]] void fail(std::string_view what) {
    throw Error(Exit::kIo,
                fmt::format("cannot {} a temporary file: {}; is TMPDIR full?", what, std::strerror(errno)));
}

UniqueFd nameless_file() {
    std::string path = env("TMPDIR").value_or("/tmp") + "/polygon-sim-XXXXXX";
    UniqueFd fd(::mkostemp(path.data(), O_CLOEXEC));
    if (!fd) fail("create");
    ::unlink(path.c_str());
    return fd;
}

/// Part of a file; the descriptor belongs to the store.
class FileBody : public HttpBody {
  public:
    FileBody(int fd, std::uint64_t first, std::uint64_t count) : fd_(fd), at_(first), end_(first + count) {}

    bool append(std::string& out) override {
        const std::size_t used = out.size();
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(end_ - at_, kPieceBytes));
        out.resize(used + count);
        const ssize_t got = ::pread(fd_, out.data() + used, count, static_cast<off_t>(at_));
        if (got < 0 || (got == 0 && count > 0)) fail("read");
        out.resize(used + static_cast<std::size_t>(got));
        at_ += static_cast<std::uint64_t>(got);
        return at_ < end_;
    }

  private:
    int fd_;
    std::uint64_t at_, end_;
};

}  // namespace

struct SimFlatStore::Packed {
    Packed(const SimHistory& history, Day date, FlatLayout layout)
        : rows(history, date, layout), fd(nameless_file()) {}

    // Packs for a moment; true when the file is complete.
    bool work() {
        const std::int64_t until = mono_ms() + kWorkMs;
        while (!complete && mono_ms() < until) {
            piece.clear();
            packed.clear();
            complete = !rows.append(piece);
            packer.pack(piece, complete, packed);
            if (const int error = write_all(fd.get(), packed); error != 0) {
                errno = error;
                fail("write");
            }
            size += packed.size();
            for (const char c : packed)
                check = (check ^ static_cast<unsigned char>(c)) * 0x100000001B3;  // FNV-1a
        }
        return complete;
    }

    SimFlatFile rows;
    UniqueFd fd;
    Gzip packer;
    std::string piece, packed;
    std::uint64_t size = 0;
    std::uint64_t check = 0xCBF29CE484222325;
    bool complete = false;
};

SimFlatStore::SimFlatStore(std::function<const SimHistory&()> history, FlatLayout layout)
    : history_(std::move(history)), layout_(layout) {}

SimFlatStore::~SimFlatStore() = default;

S3Files::State SimFlatStore::find(Day date, File& file) {
    const auto& dates = history_().dates();
    if (!std::binary_search(dates.begin(), dates.end(), date)) return State::kMissing;
    auto& packed = files_[date];
    if (!packed) packed = std::make_unique<Packed>(history_(), date, layout_);
    if (!packed->work()) return State::kPending;
    file.etag = fmt::format("\"{:016x}{:016x}\"", packed->check, packed->size);
    file.size = packed->size;
    file.modified_ms = new_york_ms(date + 1, kPublishedMinutes);
    return State::kReady;
}

std::unique_ptr<HttpBody> SimFlatStore::read(Day date, std::uint64_t first, std::uint64_t count) {
    return std::make_unique<FileBody>(files_.at(date)->fd.get(), first, count);
}

}  // namespace pulse
