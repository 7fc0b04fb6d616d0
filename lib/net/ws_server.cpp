#include "net/ws_server.hpp"

#include <fmt/format.h>
#include <libwebsockets.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"
#include "net/listen_address.hpp"

namespace pulse {

namespace {

constexpr std::size_t kLargestRequest = 1 << 20;
constexpr int kMessagesAtOnce = 32;  // before the other connections get a turn
constexpr std::int64_t kWatchMs = 250;
constexpr std::size_t kLongestHeader = 10;  // of an unmasked frame
constexpr unsigned kServiceBuffer = 64 << 10;
constexpr std::uint16_t kNoIdlePings = 0xffff;  // seconds; the vendor isn't known to ping

// The library says why something failed in its log only.
std::string& last_library_error() {
    static std::string text;
    return text;
}

void on_library_log(int level, const char* line) {
    std::string_view text(line);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (level == LLL_ERR) last_library_error() = text;
    log::debug("libwebsockets: {}", text);
}

struct Connection {
    lws* wsi = nullptr;
    std::unique_ptr<WsPeer> peer;
    std::string request;  // pieces of a message that isn't complete yet
    bool reading = true;
    lws_sorted_usec_list_t wake{};
    lws_sorted_usec_list_t watch{};
};

Connection& owner_of_wake(lws_sorted_usec_list_t* timer) {
    return *lws_container_of(timer, Connection, wake);
}
Connection& owner_of_watch(lws_sorted_usec_list_t* timer) {
    return *lws_container_of(timer, Connection, watch);
}

// Ends the TCP connection without a close frame: whatever the library would send now meets a closed door.
void drop(lws* wsi) {
    shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);
}

// A stalled or deaf connection isn't read, so the library wouldn't notice: the watch looks for clients to
// give up.
void on_watch(lws_sorted_usec_list_t* timer) {
    Connection& c = owner_of_watch(timer);
    if (c.peer->given_up(mono_ms())) {
        lws_callback_on_writable(c.wsi);
        if (lws_send_pipe_choked(c.wsi)) {
            drop(c.wsi);
            lws_set_timeout(c.wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
            return;
        }
    }
    lws_sul_schedule(lws_get_context(c.wsi), 0, timer, on_watch, kWatchMs * LWS_US_PER_MS);
}

void on_wake(lws_sorted_usec_list_t* timer) {
    lws_callback_on_writable(owner_of_wake(timer).wsi);
}

struct ContextDeleter {
    void operator()(lws_context* context) const noexcept { lws_context_destroy(context); }
};

}  // namespace

struct WsServer::Impl {
    std::string path;
    Connect connect;
    std::vector<unsigned char> buffer;
    std::exception_ptr thrown;
    bool stop = false;
    lws_retry_bo_t idle_policy{};
    std::array<lws_protocols, 2> protocols{};
    lws_vhost* vhost = nullptr;
    // Last, so that it goes first: callbacks still arrive while the context is destroyed.
    std::unique_ptr<lws_context, ContextDeleter> context;

    static int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size);
    int handle(lws* wsi, lws_callback_reasons reason, Connection** slot, void* in, std::size_t size);

    void create(const WsServerOptions& options);
    void watch_stop_fd();
    int refuse(lws* wsi) const;
    int on_upgrade(lws* wsi);
    void on_open(lws* wsi, Connection** slot);
    void on_close(Connection** slot);
    int on_receive(Connection& c, const char* data, std::size_t size);
    int on_writable(Connection& c);
    int perform(Connection& c, const WsStep& step);
    bool send(Connection& c, std::string_view text);
    void send_half(Connection& c, std::string_view text);
};

int WsServer::Impl::callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
    auto* self = static_cast<Impl*>(lws_context_user(lws_get_context(wsi)));
    try {
        return self->handle(wsi, reason, static_cast<Connection**>(user), in, size);
    } catch (...) {
        self->thrown = std::current_exception();
        self->stop = true;
        return -1;
    }
}

int WsServer::Impl::handle(lws* wsi, lws_callback_reasons reason, Connection** slot, void* in,
                           std::size_t size) {
    switch (reason) {
        case LWS_CALLBACK_RAW_RX_FILE:  // the stop descriptor
            stop = true;
            return 0;
        case LWS_CALLBACK_HTTP:
            return refuse(wsi) < 0 || lws_http_transaction_completed(wsi) ? -1 : 0;
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
            return on_upgrade(wsi);
        case LWS_CALLBACK_ESTABLISHED:
            on_open(wsi, slot);
            return 0;
        case LWS_CALLBACK_CLOSED:
            on_close(slot);
            return 0;
        case LWS_CALLBACK_RECEIVE:
            return *slot == nullptr ? -1 : on_receive(**slot, static_cast<const char*>(in), size);
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return *slot == nullptr ? -1 : on_writable(**slot);
        default:
            return 0;
    }
}

// Room for the vendor's REST paths and flat files; today every path but the socket's is unknown.
int WsServer::Impl::refuse(lws* wsi) const {
    return lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, nullptr);
}

int WsServer::Impl::on_upgrade(lws* wsi) {
    std::array<char, 256> uri{};
    const int size = lws_hdr_copy(wsi, uri.data(), static_cast<int>(uri.size()), WSI_TOKEN_GET_URI);
    if (size > 0 && path == std::string_view(uri.data(), static_cast<std::size_t>(size))) return 0;
    return refuse(wsi) < 0 ? -1 : 1;
}

void WsServer::Impl::on_open(lws* wsi, Connection** slot) {
    auto connection = std::make_unique<Connection>();
    connection->wsi = wsi;
    connection->peer = connect(mono_ms());
    lws_sul_schedule(context.get(), 0, &connection->watch, on_watch, kWatchMs * LWS_US_PER_MS);
    *slot = connection.release();  // on_close takes it back
    lws_callback_on_writable(wsi);
}

void WsServer::Impl::on_close(Connection** slot) {
    const std::unique_ptr<Connection> connection(*slot);
    *slot = nullptr;
    if (!connection) return;
    lws_sul_cancel(&connection->wake);
    lws_sul_cancel(&connection->watch);
}

int WsServer::Impl::on_receive(Connection& c, const char* data, std::size_t size) {
    if (c.request.size() + size > kLargestRequest) return -1;
    c.request.append(data, size);
    if (!lws_is_final_fragment(c.wsi) || lws_remaining_packet_payload(c.wsi) > 0) return 0;
    c.peer->receive(c.request, mono_ms());
    c.request.clear();
    // All of them: a message on one connection may evict another.
    lws_callback_on_writable_all_protocol(context.get(), lws_get_protocol(c.wsi));
    return 0;
}

int WsServer::Impl::on_writable(Connection& c) {
    for (int i = 0; i < kMessagesAtOnce; ++i) {
        const std::int64_t now = mono_ms();
        const WsStep step = c.peer->next(now);
        if (const bool reading = c.peer->reading(now); reading != c.reading) {
            c.reading = reading;
            lws_rx_flow_control(c.wsi, reading ? 1 : 0);
        }
        if (step.kind == WsStep::Kind::kWait) {
            lws_sul_cancel(&c.wake);
            if (step.wake_ms != kNever)
                lws_sul_schedule(context.get(), 0, &c.wake, on_wake,
                                 std::max<std::int64_t>(step.wake_ms - now, 0) * LWS_US_PER_MS + 1);
            return 0;
        }
        if (perform(c, step) < 0) return -1;
        if (lws_send_pipe_choked(c.wsi)) break;
    }
    lws_callback_on_writable(c.wsi);
    return 0;
}

int WsServer::Impl::perform(Connection& c, const WsStep& step) {
    switch (step.kind) {
        case WsStep::Kind::kSend:
            return send(c, step.text) ? 0 : -1;
        case WsStep::Kind::kClose:
            lws_close_reason(c.wsi, static_cast<lws_close_status>(step.close_code), nullptr, 0);
            return -1;
        case WsStep::Kind::kSendHalf:
            send_half(c, step.text);
            [[fallthrough]];
        default:
            drop(c.wsi);
            return -1;
    }
}

bool WsServer::Impl::send(Connection& c, std::string_view text) {
    buffer.resize(std::max(buffer.size(), LWS_PRE + text.size()));
    std::copy(text.begin(), text.end(), buffer.begin() + LWS_PRE);
    return lws_write(c.wsi, buffer.data() + LWS_PRE, text.size(), LWS_WRITE_TEXT) >= 0;
}

// The library only writes whole frames, so the header is made here (RFC 6455, 5.2) and goes out raw.
void WsServer::Impl::send_half(Connection& c, std::string_view text) {
    std::string out(1, '\x81');
    const int bytes = text.size() < 126 ? 0 : text.size() < 65'536 ? 2 : 8;
    out += static_cast<char>(bytes == 0 ? text.size() : bytes == 2 ? 126U : 127U);
    for (int i = bytes; i-- > 0;) out += static_cast<char>(text.size() >> (8 * i) & 0xff);
    out += text.substr(0, text.size() / 2);
    buffer.resize(std::max(buffer.size(), LWS_PRE + out.size() + kLongestHeader));
    std::copy(out.begin(), out.end(), buffer.begin() + LWS_PRE);
    lws_write(c.wsi, buffer.data() + LWS_PRE, out.size(), LWS_WRITE_RAW);
}

void WsServer::Impl::create(const WsServerOptions& options) {
    lws_set_log_level(LLL_ERR | LLL_WARN, on_library_log);
    idle_policy.secs_since_valid_ping = kNoIdlePings;
    idle_policy.secs_since_valid_hangup = kNoIdlePings;
    // Clients name no protocol, and then the first one is taken.
    protocols[0].name = "vendor";
    protocols[0].callback = callback;
    protocols[0].per_session_data_size = sizeof(Connection*);

    const bool v4 = check_listen_address(options.host) == AddressFamily::kV4;

    lws_context_creation_info info{};
    info.port = options.port;
    info.iface = options.host.c_str();
    info.protocols = protocols.data();
    info.user = this;
    info.pt_serv_buf_size = kServiceBuffer;
    info.retry_and_idle_policy = &idle_policy;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
    // With IPv6 enabled the library turns any IPv4 address into "all interfaces" (seen with 4.1.6).
    if (v4) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    info.vhost_name = "vendor";
    info.alpn = "http/1.1";
    if (!options.tls_cert.empty()) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = options.tls_cert.c_str();
        info.ssl_private_key_filepath = options.tls_key.c_str();
    }
    context.reset(lws_create_context(&info));
    if (!context) throw Error(Exit::kFailure, "can't set up libwebsockets: " + last_library_error());
    vhost = lws_create_vhost(context.get(), &info);
    if (vhost != nullptr) return;
    throw Error(
        options.tls_cert.empty() ? Exit::kUnavailable : Exit::kConfig,
        fmt::format("can't listen on {}:{}: {}; check --host, --port{}", options.host, options.port,
                    last_library_error(), options.tls_cert.empty() ? "" : ", --tls-cert and --tls-key"));
}

// The library polls the stop descriptor with its sockets: no signal gets lost between a test and the sleep.
void WsServer::Impl::watch_stop_fd() {
    if (stop_fd() < 0) return;
    lws_sock_file_fd_type fd;
    fd.filefd = dup(stop_fd());  // the library closes what it adopts
    if (lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, fd, "vendor", nullptr) == nullptr)
        throw Error(Exit::kFailure, "can't watch for signals: " + last_library_error());
}

WsServer::WsServer(const WsServerOptions& options, Connect connect) : impl_(std::make_unique<Impl>()) {
    impl_->path = options.path;
    impl_->connect = std::move(connect);
    impl_->create(options);
    impl_->watch_stop_fd();
}

WsServer::~WsServer() = default;

int WsServer::port() const {
    return lws_get_vhost_listen_port(impl_->vhost);
}

void WsServer::run(const std::function<bool()>& done) {
    while (!impl_->stop && !stop_requested() && !done())
        if (lws_service(impl_->context.get(), 0) < 0) break;
    if (impl_->thrown) std::rethrow_exception(impl_->thrown);
}

}  // namespace pulse
