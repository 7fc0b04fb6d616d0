// Event streams among the connections.
#include <utility>

#include "base/clock.hpp"
#include "net/http_connections.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kFarewellMs = 2000;  // for a slow client to take what it is told last

}  // namespace

void HttpConnections::open_stream(Ticket ticket, std::vector<std::pair<std::string, std::string>> headers) {
    HttpConnection* const connection = find(ticket, Phase::kBusy);
    if (connection == nullptr) return;
    if (draining_ || counts_.open_streams >= static_cast<std::uint64_t>(options_.max_streams)) {
        ended_.push_back(ticket);  // its owner waits for that
        refuse(*connection, 503, "too many live streams are open; try again later");
        return advance(*connection);
    }
    WebAnswer head;
    head.headers = std::move(headers);
    head.headers.emplace_back("Content-Type", "text/event-stream");
    connection->out.push_head(std::make_shared<const std::string>(web_answer_head(head, false, true)));
    connection->phase = Phase::kStream;
    connection->ending = connection->head_only;
    std::string().swap(connection->in);
    ++counts_.open_streams;
    set_reading(*connection, true);  // to see the client leave
    advance(*connection);
}

void HttpConnections::send(Ticket stream, std::shared_ptr<const std::string> piece) {
    HttpConnection* const connection = find(stream, Phase::kStream);
    if (connection == nullptr || connection->ending || !piece) return;
    if (connection->out.bytes() + piece->size() > options_.max_stream_backlog) return drop_slow(*connection);
    connection->out.push(std::move(piece));
    // Not at once: pieces sent together go out together.
    if (connection->deadline_ms == 0)
        connection->deadline_ms = mono_ms() + std::int64_t{options_.write_timeout_s} * 1000;
    loop_.want_write(*connection);
}

void HttpConnections::drop_slow(HttpConnection& connection) {
    ++counts_.slow_streams;
    connection.out.drop_waiting();
    connection.out.push(farewell_);
    connection.ending = connection.dropped = true;
    connection.deadline_ms = mono_ms() + kFarewellMs;
    loop_.want_write(connection);
}

void HttpConnections::end_stream(Ticket stream) {
    HttpConnection* const connection = find(stream, Phase::kStream);
    if (connection == nullptr) return;
    connection->ending = true;
    loop_.want_write(*connection);
}

void HttpConnections::set_farewell(std::string piece) {
    farewell_ = std::make_shared<const std::string>(std::move(piece));
}

}  // namespace pulse
