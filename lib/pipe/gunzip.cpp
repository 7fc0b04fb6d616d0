#include "pipe/gunzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace pulse {

namespace {

constexpr std::string_view kMagic = "\x1f\x8b";
constexpr int kGzipOnly = 15 + 16;                       // largest window, gzip header and trailer
constexpr std::size_t kMaxPiece = std::size_t{1} << 30;  // zlib counts in unsigned int

}  // namespace

struct Gunzip::Stream {
    z_stream z{};
    bool open = false;

    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() {
        if (open) inflateEnd(&z);
    }
};

Gunzip::Gunzip() : stream_(std::make_unique<Stream>()) {}
Gunzip::~Gunzip() = default;

void Gunzip::reset() {
    state_ = State::kStart;
    input_ = {};
    head_.clear();
    broken_reason_.clear();
}

void Gunzip::feed(std::string_view piece) {
    input_ = piece;
}

std::size_t Gunzip::read(char* into, std::size_t capacity) {
    for (;;) {
        if (state_ == State::kBroken) return 0;
        if (state_ == State::kPlain)
            return head_.empty() ? read_plain(into, capacity) : read_start(into, capacity);
        if (state_ == State::kMember) {
            if (const std::size_t size = read_member(into, capacity); size > 0) return size;
            if (state_ == State::kMember) return 0;
        } else {
            if (input_.empty()) return 0;
            read_between();
        }
    }
}

// What was held back to recognise the format comes first.
std::size_t Gunzip::read_start(char* into, std::size_t capacity) {
    const std::size_t size = std::min(capacity, head_.size());
    std::memcpy(into, head_.data(), size);
    head_.erase(0, size);
    return size;
}

std::size_t Gunzip::read_plain(char* into, std::size_t capacity) {
    const std::size_t size = std::min(capacity, input_.size());
    std::memcpy(into, input_.data(), size);
    input_.remove_prefix(size);
    return size;
}

std::size_t Gunzip::read_member(char* into, std::size_t capacity) {
    z_stream& z = stream_->z;
    // The magic bytes were taken out of an earlier piece or this one; zlib wants to see them itself.
    const std::string_view source = head_.empty() ? input_ : std::string_view(head_);
    const std::size_t offered = std::min(source.size(), kMaxPiece);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(source.data()));
    z.avail_in = static_cast<uInt>(offered);
    z.next_out = reinterpret_cast<Bytef*>(into);
    z.avail_out = static_cast<uInt>(std::min(capacity, kMaxPiece));
    const std::size_t room = z.avail_out;
    const int result = inflate(&z, Z_NO_FLUSH);
    const std::size_t taken = offered - z.avail_in;
    const std::size_t made = room - z.avail_out;
    if (!head_.empty()) {
        head_.erase(0, taken);
        if (result == Z_OK && made == 0) return read_member(into, capacity);
    } else {
        input_.remove_prefix(taken);
    }
    if (result == Z_STREAM_END) {
        state_ = State::kBetweenMembers;
    } else if (result == Z_MEM_ERROR) {
        throw std::bad_alloc();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        fail(fmt::format("damaged gzip data ({})", z.msg == nullptr ? "zlib gives no reason" : z.msg));
    }
    return made;
}

// At the start anything may follow; behind a member only another member, or zeros (padding of tapes and
// blocks, which gzip ignores as well).
void Gunzip::read_between() {
    if (state_ == State::kBetweenMembers && head_.empty()) {
        const std::size_t zeros = std::min(input_.find_first_not_of('\0'), input_.size());
        input_.remove_prefix(zeros);
        if (input_.empty()) return;
    }
    const std::size_t take = std::min(kMagic.size() - head_.size(), input_.size());
    head_ += input_.substr(0, take);
    input_.remove_prefix(take);
    if (head_ == kMagic) return begin_member();
    if (kMagic.starts_with(head_)) return;  // one byte so far
    if (state_ == State::kBetweenMembers) return fail("something else stands behind the gzip data");
    state_ = State::kPlain;
}

void Gunzip::begin_member() {
    z_stream& z = stream_->z;
    const int result = stream_->open ? inflateReset2(&z, kGzipOnly) : inflateInit2(&z, kGzipOnly);
    if (result != Z_OK) throw std::bad_alloc();
    stream_->open = true;
    state_ = State::kMember;
}

void Gunzip::fail(std::string reason) {
    state_ = State::kBroken;
    input_ = {};
    broken_reason_ = std::move(reason);
}

bool Gunzip::finish() {
    if (state_ == State::kMember) fail("the gzip data end in the middle");
    if (state_ == State::kBetweenMembers && !head_.empty())
        fail("something else stands behind the gzip data");
    if (state_ == State::kStart && !head_.empty()) fail("the gzip data end in the middle");
    return state_ != State::kBroken;
}

}  // namespace pulse
