#include "net/http_loop.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace pulse {

namespace {

constexpr rlim_t kOtherDescriptors = 512;  // of the process, beside the connections
constexpr int kAcceptsAtOnce = 64;         // before those who are connected get a turn
constexpr std::array<const char*, kWatchedKinds> kNames{"http", "listener", "stop"};

}  // namespace

// Nothing may be thrown through the library's C code: what is, comes out of turn().
template <Watched kind>
int HttpServer::Impl::callback(lws* wsi, lws_callback_reasons reason, void* user, void*, std::size_t) {
    auto* const context = lws_get_context(wsi);
    auto* const self = context != nullptr ? static_cast<Impl*>(lws_context_user(context)) : nullptr;
    if (self == nullptr) return 0;
    try {
        if constexpr (kind == kConnection)
            return user != nullptr ? self->handle(wsi, reason, *static_cast<HttpConnection**>(user)) : 0;
        if (reason != LWS_CALLBACK_RAW_RX_FILE) return 0;
        if constexpr (kind == kListener) {
            self->accept_all();
            return 0;
        }
        self->stopping = true;
        return -1;  // it stays readable: let go of it
    } catch (...) {
        if (!self->thrown) self->thrown = std::current_exception();
        return -1;
    }
}

int HttpServer::Impl::handle(lws*, lws_callback_reasons reason, HttpConnection* connection) {
    if (connection == nullptr) return 0;
    switch (reason) {
        case LWS_CALLBACK_RAW_RX_FILE:
            connections.on_readable(*connection);
            return 0;
        case LWS_CALLBACK_RAW_WRITEABLE_FILE:
            connections.on_writable(*connection);
            return 0;
        case LWS_CALLBACK_RAW_CLOSE_FILE:
            if (connection->wants_write) std::erase(writers, connection);
            connections.on_closed(*connection);
            return 0;
        default:
            return 0;
    }
}

void HttpServer::Impl::create_context() {
    capture_library_log();
    constexpr std::array<lws_callback_function*, kWatchedKinds> kCallbacks{
        callback<kConnection>, callback<kListener>, callback<kStop>};
    for (std::size_t kind = 0; kind < kWatchedKinds; ++kind) {
        protocols[kind].name = kNames[kind];
        protocols[kind].callback = kCallbacks[kind];
        protocols[kind].per_session_data_size = sizeof(HttpConnection*);
    }
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols = protocols.data();
    info.user = this;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    info.vhost_name = "pulse";

    // What the library needs itself and others open is in it.
    const FdLimit limit(static_cast<rlim_t>(options.max_connections) + kOtherDescriptors);
    context.reset(lws_create_context(&info));
    alarm.context = context.get();
    if (context) vhost = lws_create_vhost(context.get(), &info);
    if (vhost == nullptr) throw Error(Exit::kFailure, "can't set up libwebsockets: " + last_library_error());
    if (limit.value() < static_cast<rlim_t>(options.max_connections) + kOtherDescriptors) {
        // The rest is for database sessions, logs and the library: half of few, enough of many.
        options.max_connections =
            static_cast<int>(limit.value() - std::min(limit.value() / 2, kOtherDescriptors));
        log::warn(
            "the system allows {} open files, so only {} connections are taken; raise it with ulimit -n",
            limit.value(), options.max_connections);
    }
}

// The descriptor is the library's from now on, whatever happens.
lws* HttpServer::Impl::adopt(int fd, Watched kind) {
    lws_sock_file_fd_type adopted{};
    adopted.filefd = fd;
    lws* const wsi =
        lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, adopted, kNames[kind], nullptr);
    if (wsi == nullptr) ::close(fd);
    return wsi;
}

void HttpServer::Impl::accept_all() {
    for (int i = 0; i < kAcceptsAtOnce; ++i) {
        UniqueFd fd = listener.accept();
        if (!fd) return;
        if (connections.full()) {
            connections.count_refused();
            continue;
        }
        const int number = fd.release();
        lws* const wsi = adopt(number, kConnection);
        if (wsi == nullptr) {
            connections.count_refused();
            continue;
        }
        HttpConnection& connection = connections.open(number);
        connection.socket = wsi;
        *static_cast<HttpConnection**>(lws_wsi_user(wsi)) = &connection;
    }
}

// Asked for from inside its callback the library forgets it for plain descriptors (seen with 4.1.6), so it is
// asked between its rounds.
void HttpServer::Impl::want_write(HttpConnection& connection) {
    if (!std::exchange(connection.wants_write, true)) writers.push_back(&connection);
}

void HttpServer::Impl::set_reading(HttpConnection& connection, bool on) {
    lws_rx_flow_control(static_cast<lws*>(connection.socket), on ? 1 : 0);
}

void HttpServer::Impl::kill(HttpConnection& connection) {
    lws_set_timeout(static_cast<lws*>(connection.socket), PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

// One round of the library's loop, then what is done outside of its callbacks.
void HttpServer::Impl::turn() {
    for (HttpConnection* const connection : std::exchange(writers, {})) {
        connection->wants_write = false;
        lws_callback_on_writable(static_cast<lws*>(connection->socket));
    }
    set_alarm();
    if (lws_service(context.get(), 0) < 0)
        throw Error(Exit::kFailure, "libwebsockets' loop failed: " + last_library_error());
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    run_posted();
    run_timers();
    connections.tell_ended();
}

void HttpServer::Impl::run_posted() {
    std::vector<std::function<void()>> work;
    {
        const std::lock_guard lock(post_mutex);
        work.swap(posted);
    }
    for (const auto& each : work) each();
}

void HttpServer::Impl::run_timers() {
    const std::int64_t now = mono_ms();
    for (Timer& timer : timers) {
        if (now < timer.due_ms) continue;
        timer.due_ms = now + timer.interval_ms;
        timer.work();
    }
}

void HttpServer::Impl::set_alarm() {
    const auto next = std::min_element(timers.begin(), timers.end(),
                                       [](const Timer& a, const Timer& b) { return a.due_ms < b.due_ms; });
    const auto wait = std::max<std::int64_t>(next->due_ms - mono_ms(), 0);
    // An alarm alone doesn't make lws_service() return.
    lws_sul_schedule(
        context.get(), 0, &alarm.timer,
        [](lws_sorted_usec_list_t* fired) {
            lws_cancel_service(lws_container_of(fired, Alarm, timer)->context);
        },
        wait * LWS_US_PER_MS + 1);
}

void HttpServer::Impl::close_listener() {
    listener.close();
    if (listening != nullptr) lws_set_timeout(listening, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    listening = nullptr;
}

void HttpServer::Impl::drain(const std::function<void()>& on_stop) {
    close_listener();
    if (on_stop) on_stop();
    connections.drain();
    const std::int64_t end = mono_ms() + options.drain_ms;
    while (!connections.drained() && mono_ms() < end) turn();
    connections.kill_all();
    turn();
}

}  // namespace pulse
