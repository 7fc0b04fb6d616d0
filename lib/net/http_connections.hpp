#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/http_head.hpp"
#include "net/http_outbox.hpp"
#include "net/http_server.hpp"

namespace pulse {

/// One client of the server. Made and changed by HttpConnections.
struct HttpConnection {
    enum class Phase {
        kHead,     ///< a request is awaited or arrives
        kBusy,     ///< the handler works on it
        kSending,  ///< its answer goes out
        kStream,   ///< an event stream
        kLinger,   ///< all is sent; waiting for the client to close, so that nothing sent gets lost
        kGone,     ///< to be closed by the loop
    };
    void* socket = nullptr;  ///< the loop's name for it
    int fd = -1;             ///< not owned
    Phase phase = Phase::kHead;
    HttpServer::Ticket ticket = 0;  ///< of the request or stream, 0: none
    bool keep_alive = true;         ///< after the current answer
    bool head_only = false;         ///< the request is a HEAD
    bool ending = false;            ///< a stream that ends after what is queued
    bool dropped = false;           ///< a stream that ends because it fell behind
    bool head_begun = false;        ///< part of a head arrived
    bool peer_done = false;         ///< the client sends no more
    bool paused = false;            ///< what it sends isn't read now
    bool advancing = false;         ///< inside HttpConnections::advance()
    bool wants_write = false;       ///< the loop's own note
    std::string in;                 ///< arrived, not looked at
    std::size_t scanned = 0;        ///< bytes of `in` without the end of a head
    HttpOutbox out;
    std::int64_t deadline_ms = 0;  ///< on mono_ms(); 0: none
};

/// What HttpConnections needs from the event loop. None of these calls back from inside.
class HttpLoop {
  public:
    virtual ~HttpLoop() = default;
    /// on_writable() when the socket takes more.
    virtual void want_write(HttpConnection& connection) = 0;
    /// Stops and resumes on_readable().
    virtual void set_reading(HttpConnection& connection, bool on) = 0;
    /// Closes the socket soon; on_closed() follows.
    virtual void kill(HttpConnection& connection) = 0;
};

/// All connections of a server and what happens on them, without the library: requests in, answers and
/// streams out, deadlines.
class HttpConnections {
  public:
    using Ticket = HttpServer::Ticket;

    /// `options` must outlive this: the loop lowers its limit of connections when descriptors are short.
    HttpConnections(const HttpServerOptions& options, HttpServer::Handler handler,
                    HttpServer::OnStreamEnd on_stream_end, HttpLoop& loop);

    [[nodiscard]] bool full() const;
    void count_refused() { ++counts_.refused; }
    /// A new client. Lives until on_closed().
    HttpConnection& open(int fd);
    void on_readable(HttpConnection& connection);
    void on_writable(HttpConnection& connection);
    void on_closed(HttpConnection& connection);
    void check_deadlines();

    void reply(Ticket ticket, const WebAnswer& answer);
    void open_stream(Ticket ticket, std::vector<std::pair<std::string, std::string>> headers);
    void send(Ticket stream, std::shared_ptr<const std::string> piece);
    void end_stream(Ticket stream);
    void set_farewell(std::string piece);

    /// Tells OnStreamEnd of the streams that ended since the last call: never from inside a call of its
    /// owner.
    void tell_ended();
    /// Closes idle connections, ends streams after what is queued, and all others after their answers.
    void drain();
    /// Nothing is left to be sent.
    [[nodiscard]] bool drained() const;
    void kill_all();
    [[nodiscard]] HttpServerCounts counts() const;

  private:
    using Phase = HttpConnection::Phase;

    void advance(HttpConnection& connection);
    bool begin_request(HttpConnection& connection);
    bool await_head(HttpConnection& connection);
    bool flush(HttpConnection& connection);
    void answer(HttpConnection& connection, const WebAnswer& answer);
    void refuse(HttpConnection& connection, int status, std::string_view reason);
    void linger(HttpConnection& connection);
    void kill(HttpConnection& connection);
    void on_peer_done(HttpConnection& connection);
    void on_deadline(HttpConnection& connection);
    void drop_slow(HttpConnection& connection);
    void forget_ticket(HttpConnection& connection);
    void set_reading(HttpConnection& connection, bool on);
    HttpConnection* find(Ticket ticket, Phase phase) const;

    const HttpServerOptions& options_;
    HttpServer::Handler handler_;
    HttpServer::OnStreamEnd on_stream_end_;
    HttpLoop& loop_;
    std::unordered_map<HttpConnection*, std::unique_ptr<HttpConnection>> connections_;
    std::unordered_map<Ticket, HttpConnection*> tickets_;
    std::vector<Ticket> ended_;
    std::shared_ptr<const std::string> farewell_;
    Ticket last_ticket_ = 0;
    bool draining_ = false;
    HttpServerCounts counts_;
};

}  // namespace pulse
