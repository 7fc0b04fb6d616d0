#include "net/http_connections.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/clock.hpp"

namespace pulse {

namespace {

constexpr std::size_t kReadAtOnce = 16 << 10;
constexpr std::size_t kMostPipelined = 64 << 10;  // bytes of further requests kept while one is answered
constexpr std::size_t kBufferKept = 1 << 10;      // bytes an idle connection may hold
constexpr int kTurns = 16;                        // requests of one connection before the others get a turn

std::int64_t in_seconds(int seconds) {
    return mono_ms() + std::int64_t{seconds} * 1000;
}

}  // namespace

HttpConnections::HttpConnections(const HttpServerOptions& options, HttpServer::Handler handler,
                                 HttpServer::OnStreamEnd on_stream_end, HttpLoop& loop)
    : options_(options),
      handler_(std::move(handler)),
      on_stream_end_(std::move(on_stream_end)),
      loop_(loop) {}

bool HttpConnections::full() const {
    return connections_.size() >= static_cast<std::size_t>(options_.max_connections);
}

HttpConnection& HttpConnections::open(int fd) {
    auto made = std::make_unique<HttpConnection>();
    HttpConnection& connection = *made;
    connection.fd = fd;
    connection.deadline_ms = in_seconds(options_.idle_timeout_s);
    connections_.emplace(&connection, std::move(made));
    ++counts_.connections;
    return connection;
}

void HttpConnections::on_readable(HttpConnection& connection) {
    std::array<char, kReadAtOnce> buffer;
    const ssize_t got = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (got < 0) return kill(connection);
    if (got == 0) return on_peer_done(connection);
    switch (connection.phase) {
        case Phase::kStream:
        case Phase::kLinger:
        case Phase::kGone:
            return;  // nothing it says matters any more
        case Phase::kHead:
        case Phase::kBusy:
        case Phase::kSending:
            break;
    }
    connection.in.append(buffer.data(), static_cast<std::size_t>(got));
    if (connection.phase == Phase::kHead)
        advance(connection);
    else if (connection.in.size() > kMostPipelined)
        set_reading(connection, false);
}

// A client may close its side and still want its answers.
void HttpConnections::on_peer_done(HttpConnection& connection) {
    if (connection.phase != Phase::kBusy && connection.phase != Phase::kSending) return kill(connection);
    connection.peer_done = true;
    set_reading(connection, false);
}

void HttpConnections::on_writable(HttpConnection& connection) {
    advance(connection);
}

void HttpConnections::on_closed(HttpConnection& connection) {
    forget_ticket(connection);
    connections_.erase(&connection);
}

// Goes on with a connection until it waits for somebody. A handler that replies at once comes back into
// reply(), not into here.
void HttpConnections::advance(HttpConnection& connection) {
    if (std::exchange(connection.advancing, true)) return;
    bool goes_on = true;
    for (int turn = 0; goes_on; ++turn) {
        if (turn == 2 * kTurns) {
            loop_.want_write(connection);
            break;
        }
        switch (connection.phase) {
            case Phase::kHead:
                goes_on = begin_request(connection);
                break;
            case Phase::kSending:
            case Phase::kStream:
                goes_on = flush(connection);
                break;
            case Phase::kBusy:
            case Phase::kLinger:
            case Phase::kGone:
                goes_on = false;
        }
    }
    connection.advancing = false;
}

bool HttpConnections::begin_request(HttpConnection& connection) {
    std::string& in = connection.in;
    // RFC 9112 §2.2: empty lines before a request are to be ignored.
    const auto start = std::min(in.find_first_not_of("\r\n"), in.size());
    if (start > 0) {
        in.erase(0, start);
        connection.scanned = 0;
    }
    const auto end = find_head_end(in, connection.scanned);
    if (std::min(end, in.size()) > options_.max_head_bytes) {
        ++counts_.slow_heads;
        refuse(connection, 431, "the request's head is too long");
        return true;
    }
    if (end == std::string::npos) return await_head(connection);
    HttpHead head = parse_http_head(std::string_view(in).substr(0, end));
    in.erase(0, end);
    connection.scanned = 0;
    connection.head_begun = false;
    connection.deadline_ms = 0;
    connection.keep_alive = head.keep_alive;
    connection.head_only = head.request.method == "HEAD";
    if (connection.paused && !connection.peer_done && in.size() <= kMostPipelined)
        set_reading(connection, true);
    if (head.refusal != 0) {
        refuse(connection, head.refusal, head.reason);
        return true;
    }
    connection.phase = Phase::kBusy;
    connection.ticket = ++last_ticket_;
    tickets_.emplace(connection.ticket, &connection);
    handler_(std::move(head.request), connection.ticket);
    return true;
}

bool HttpConnections::await_head(HttpConnection& connection) {
    if (connection.peer_done) {
        kill(connection);
        return false;
    }
    connection.scanned = connection.in.size();
    if (connection.in.empty()) {
        if (connection.in.capacity() > kBufferKept) std::string().swap(connection.in);
        if (connection.deadline_ms == 0) connection.deadline_ms = in_seconds(options_.idle_timeout_s);
    } else if (!std::exchange(connection.head_begun, true)) {
        connection.deadline_ms = in_seconds(options_.head_timeout_s);
    }
    return false;
}

// Gives what is queued to the socket; true when the connection has something else to do then.
bool HttpConnections::flush(HttpConnection& connection) {
    switch (connection.out.send(connection.fd)) {
        case HttpOutbox::Sent::kBroken:
            kill(connection);
            return false;
        case HttpOutbox::Sent::kNothing:
            if (connection.deadline_ms == 0) connection.deadline_ms = in_seconds(options_.write_timeout_s);
            loop_.want_write(connection);
            return false;
        case HttpOutbox::Sent::kSome:
            if (!connection.dropped) connection.deadline_ms = in_seconds(options_.write_timeout_s);
            loop_.want_write(connection);
            return false;
        case HttpOutbox::Sent::kAll:
            break;
    }
    connection.deadline_ms = 0;
    if (connection.phase == Phase::kStream && !connection.ending) return false;
    if (connection.phase == Phase::kSending && connection.keep_alive && !draining_) {
        connection.phase = Phase::kHead;
        connection.head_only = false;  // or a refusal of what comes next would lose its body
        return true;
    }
    linger(connection);
    return false;
}

void HttpConnections::answer(HttpConnection& connection, const WebAnswer& answer) {
    forget_ticket(connection);
    connection.keep_alive = connection.keep_alive && !draining_;
    connection.out.push(
        std::make_shared<const std::string>(web_answer_head(answer, connection.keep_alive, false)));
    if (!connection.head_only && may_have_body(answer.status)) connection.out.push(answer.body);
    connection.phase = Phase::kSending;
}

void HttpConnections::refuse(HttpConnection& connection, int status, std::string_view reason) {
    connection.keep_alive = false;
    connection.deadline_ms = 0;
    answer(connection, refusal_answer(status, reason));
}

void HttpConnections::forget_ticket(HttpConnection& connection) {
    if (connection.ticket == 0) return;
    tickets_.erase(connection.ticket);
    if (connection.phase == Phase::kStream) {
        ended_.push_back(connection.ticket);
        --counts_.open_streams;
    }
    connection.ticket = 0;
}

void HttpConnections::set_reading(HttpConnection& connection, bool on) {
    if (connection.paused != on) return;
    connection.paused = !on;
    loop_.set_reading(connection, on);
}

HttpConnection* HttpConnections::find(Ticket ticket, Phase phase) const {
    const auto found = tickets_.find(ticket);
    return found != tickets_.end() && found->second->phase == phase ? found->second : nullptr;
}

void HttpConnections::reply(Ticket ticket, const WebAnswer& given) {
    HttpConnection* const connection = find(ticket, Phase::kBusy);
    if (connection == nullptr) return;
    answer(*connection, given);
    advance(*connection);
}

void HttpConnections::tell_ended() {
    for (const Ticket ticket : std::exchange(ended_, {}))
        if (on_stream_end_) on_stream_end_(ticket);
}

HttpServerCounts HttpConnections::counts() const {
    HttpServerCounts counts = counts_;
    counts.open_connections = connections_.size();
    return counts;
}

}  // namespace pulse
