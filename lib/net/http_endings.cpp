// How connections end: after their last answer, at a deadline, and when the server stops.
#include <sys/socket.h>

#include <algorithm>

#include "base/clock.hpp"
#include "net/http_connections.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kLingerMs = 2000;  // for a client to close its side

}  // namespace

// Closing with unread input resets the connection, and the client may lose the answer: say that nothing more
// comes, and let it close.
void HttpConnections::linger(HttpConnection& connection) {
    forget_ticket(connection);
    ::shutdown(connection.fd, SHUT_WR);
    if (connection.peer_done) return kill(connection);
    connection.phase = Phase::kLinger;
    connection.deadline_ms = mono_ms() + kLingerMs;
    std::string().swap(connection.in);
    set_reading(connection, true);
}

void HttpConnections::kill(HttpConnection& connection) {
    if (connection.phase == Phase::kGone) return;
    forget_ticket(connection);
    connection.phase = Phase::kGone;
    connection.deadline_ms = 0;
    connection.out.clear();
    loop_.kill(connection);
}

void HttpConnections::check_deadlines() {
    const std::int64_t now = mono_ms();
    for (const auto& [connection, owner] : connections_)
        if (connection->deadline_ms != 0 && now >= connection->deadline_ms) on_deadline(*connection);
}

void HttpConnections::on_deadline(HttpConnection& connection) {
    if (connection.phase == Phase::kHead && connection.head_begun) {
        ++counts_.slow_heads;
        refuse(connection, 408, "the request took too long to arrive");
        return advance(connection);
    }
    if (connection.phase == Phase::kStream && !connection.dropped) ++counts_.slow_streams;
    kill(connection);
}

void HttpConnections::drain() {
    draining_ = true;
    for (const auto& [connection, owner] : connections_) {
        if (connection->phase == Phase::kHead) kill(*connection);
        if (connection->phase != Phase::kStream) continue;
        connection->ending = true;
        loop_.want_write(*connection);
    }
}

bool HttpConnections::drained() const {
    return std::none_of(connections_.begin(), connections_.end(), [](const auto& entry) {
        const Phase phase = entry.first->phase;
        return phase == Phase::kBusy || phase == Phase::kSending || phase == Phase::kStream;
    });
}

void HttpConnections::kill_all() {
    for (const auto& [connection, owner] : connections_) kill(*connection);
}

}  // namespace pulse
