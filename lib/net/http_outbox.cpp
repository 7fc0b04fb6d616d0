#include "net/http_outbox.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace pulse {

namespace {

constexpr std::size_t kPiecesAtOnce = 64;
constexpr std::size_t kCapacityKept = 64;  // pieces; an idle client holds no more memory than that

}  // namespace

void HttpOutbox::push(Piece piece) {
    if (!piece || piece->empty()) return;
    bytes_ += piece->size();
    pieces_.push_back(std::move(piece));
}

void HttpOutbox::push_head(Piece piece) {
    push(std::move(piece));
    heads_ = pieces_.size();
}

void HttpOutbox::drop_waiting() {
    const std::size_t stay = std::max(heads_, next_ + (offset_ > 0 ? 1 : 0));
    for (std::size_t i = stay; i < pieces_.size(); ++i) bytes_ -= pieces_[i]->size();
    pieces_.resize(stay);
    if (empty()) clear();
}

void HttpOutbox::clear() {
    if (pieces_.capacity() > kCapacityKept) std::vector<Piece>().swap(pieces_);
    pieces_.clear();
    next_ = offset_ = bytes_ = heads_ = 0;
}

void HttpOutbox::sent(std::size_t bytes) {
    bytes_ -= bytes;
    offset_ += bytes;
    while (next_ < pieces_.size() && offset_ >= pieces_[next_]->size()) {
        offset_ -= pieces_[next_]->size();
        pieces_[next_++].reset();
    }
    if (empty()) {
        clear();
    } else if (next_ >= kCapacityKept && next_ * 2 >= pieces_.size()) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(next_));
        heads_ -= std::min(heads_, next_);
        next_ = 0;
    }
}

HttpOutbox::Sent HttpOutbox::send(int fd) {
    if (empty()) return Sent::kAll;
    std::array<iovec, kPiecesAtOnce> parts{};
    std::size_t count = 0;
    std::size_t total = 0;
    for (std::size_t i = next_; i < pieces_.size() && count < kPiecesAtOnce && total < kAtOnce; ++i) {
        const std::size_t from = i == next_ ? offset_ : 0;
        const std::size_t size = std::min(pieces_[i]->size() - from, kAtOnce - total);
        // sendmsg() takes texts it doesn't change through a pointer that isn't const.
        parts[count++] = {const_cast<char*>(pieces_[i]->data()) + from, size};
        total += size;
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    ssize_t got = 0;
    do {
        got = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? Sent::kNothing : Sent::kBroken;
    sent(static_cast<std::size_t>(got));
    return empty() ? Sent::kAll : Sent::kSome;
}

}  // namespace pulse
