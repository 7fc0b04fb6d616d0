#pragma once

#include <libwebsockets.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "base/signals.hpp"
#include "net/http_connections.hpp"
#include "net/http_listener.hpp"
#include "net/http_server.hpp"
#include "net/lws_support.hpp"

/// The loop of HttpServer. Included by .cpp files only: it brings the library's header.
namespace pulse {

// What the library polls. It takes sockets as plain descriptors: it then reads and writes nothing itself,
// and closes at once when told to.
enum Watched : std::size_t { kConnection, kListener, kStop, kWatchedKinds };

struct HttpServer::Impl final : HttpLoop {
    HttpServerOptions options;
    HttpListener listener;
    HttpConnections connections;
    std::array<lws_protocols, kWatchedKinds + 1> protocols{};
    lws_vhost* vhost = nullptr;
    lws* listening = nullptr;
    std::vector<HttpConnection*> writers;  // that want to write
    std::exception_ptr thrown;             // by a callback
    std::atomic<bool> stopping = false;
    struct Timer {
        int interval_ms;
        std::int64_t due_ms;
        std::function<void()> work;
    };
    std::vector<Timer> timers;
    struct Alarm {
        lws_sorted_usec_list_t timer{};
        lws_context* context = nullptr;
    } alarm;
    std::mutex post_mutex;
    std::vector<std::function<void()>> posted;  // under post_mutex
    // Last, so that it goes first: callbacks still arrive while the context is destroyed.
    LwsContext context;

    Impl(const HttpServerOptions& o, Handler handler, OnStreamEnd on_stream_end)
        : options(o),
          listener(o.host, o.port),
          connections(options, std::move(handler), std::move(on_stream_end), *this) {}

    void create_context();
    lws* adopt(int fd, Watched kind);
    void accept_all();
    int handle(lws* wsi, lws_callback_reasons reason, HttpConnection* connection);
    template <Watched kind>
    static int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size);

    void want_write(HttpConnection& connection) override;
    void set_reading(HttpConnection& connection, bool on) override;
    void kill(HttpConnection& connection) override;

    void turn();
    void run_posted();
    void run_timers();
    void set_alarm();
    void close_listener();
    void drain(const std::function<void()>& on_stop);
    [[nodiscard]] bool stop_wanted() const { return stopping || (options.heeds_signals && stop_requested()); }
};

}  // namespace pulse
