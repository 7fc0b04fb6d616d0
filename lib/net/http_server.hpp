#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulse {

struct HttpServerOptions {
    std::string host = "127.0.0.1";     ///< numeric address of this machine; `0.0.0.0` and `::` are all
    int port = 0;                       ///< 0: any free one, see port()
    int max_connections = 4096;         ///< further ones are closed at once
    int max_streams = 2000;             ///< event streams among them; further ones get 503
    std::size_t max_head_bytes = 8192;  ///< request line and headers; a longer head ends the connection
    int head_timeout_s = 10;            ///< from a head's first byte to its last, however slowly it drips
    int idle_timeout_s = 60;            ///< before the first request of a connection and between two
    int write_timeout_s = 20;           ///< for a client to take the next piece of its answer
    std::size_t max_stream_backlog = 1 << 20;  ///< bytes an event stream may be behind before it is dropped
    int drain_ms = 5000;                       ///< after a stop: for answers under way
    bool heeds_signals = true;                 ///< false: only stop() ends run()
};

/// A request as it came. Names of headers are in lower case.
struct WebRequest {
    std::string method;  ///< GET, HEAD, OPTIONS or another
    std::string path;    ///< as sent, still percent-encoded, without the query
    std::string query;   ///< as sent, without the question mark
    std::vector<std::pair<std::string, std::string>> headers;

    /// The value of a header by its lower-case name, or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// An answer. Content-Length, Date, and Connection are added.
struct WebAnswer {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    /// Shared, so that a page or an answer kept in a cache is sent without copying it. May be null: no body.
    std::shared_ptr<const std::string> body;
};

/// What happened so far, for metrics.
struct HttpServerCounts {
    std::uint64_t connections = 0;       ///< accepted
    std::uint64_t refused = 0;           ///< over max_connections
    std::uint64_t slow_heads = 0;        ///< ended because a head took too long or was too long
    std::uint64_t slow_streams = 0;      ///< dropped because they fell behind
    std::uint64_t open_connections = 0;  ///< now
    std::uint64_t open_streams = 0;      ///< now
};

/// An HTTP/1.1 server on libwebsockets' event loop: one thread runs it, and everything below happens on that
/// thread unless it says otherwise. Keep-alive, HEAD (sent without the body), pipelining in order. A request
/// with a body is answered with 413 and its connection closed. Nothing a client does costs more than its own
/// connection. The library polls, keeps time and wakes; requests are read here (net/http_head.hpp), because
/// the library's own HTTP decodes and shortens paths, knows a fixed list of methods, and shares one pool of
/// heads among all clients.
class HttpServer {
  public:
    /// Names a request until it is answered, and a stream until it ends; never used twice. Calls with one
    /// that is gone do nothing.
    using Ticket = std::uint64_t;
    /// Called for each request; it is answered by reply() or open_stream(), now or later. What it throws ends
    /// run().
    using Handler = std::function<void(WebRequest request, Ticket ticket)>;
    /// Told when a stream is over, whoever ended it, also one that was refused for want of room; never from
    /// inside another call.
    using OnStreamEnd = std::function<void(Ticket)>;

    /// Listens at once. Throws Error: kUsage for a host that is no address, kUnavailable when the port is
    /// taken, kFailure.
    HttpServer(const HttpServerOptions& options, Handler handler, OnStreamEnd on_stream_end = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] int port() const;

    void reply(Ticket ticket, WebAnswer answer);

    /// Answers with 200, `text/event-stream` and these headers beside; pieces follow by send().
    void open_stream(Ticket ticket, std::vector<std::pair<std::string, std::string>> headers);
    /// Queues a piece. One text may be sent to thousands of streams: it is shared. A stream that falls too
    /// far behind loses what is queued, gets `farewell` (set_farewell) when it can still take it, and ends.
    void send(Ticket stream, std::shared_ptr<const std::string> piece);
    /// Ends a stream after what is queued.
    void end_stream(Ticket stream);
    /// The last piece of a stream that is dropped for being slow.
    void set_farewell(std::string piece);

    /// Runs `work` on the loop's thread, soon. From any thread, also before run() and after its end (then it
    /// is never run).
    void post(std::function<void()> work);
    /// Calls `work` on the loop's thread about every `interval_ms`. Before run(). What it, or posted work,
    /// throws ends run().
    void every(int interval_ms, std::function<void()> work);

    /// Serves until a stop is requested (base/signals.hpp) or stop() was called; then listens no more, calls
    /// `on_stop`, lets answers under way and queued pieces go out within drain_ms, and returns.
    void run(const std::function<void()>& on_stop = {});
    /// Ends run() as a signal would. From any thread.
    void stop();

    [[nodiscard]] HttpServerCounts counts() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
