#include "net/ws_client.hpp"

#include <fmt/format.h>
#include <libwebsockets.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/lws_support.hpp"
#include "vendor/frame_assembler.hpp"

namespace pulse {

namespace {

constexpr int kTurnUs = 250'000;
constexpr std::int64_t kPoliteCloseMs = 2000;
constexpr unsigned kConnectSeconds = 10;
// libwebsockets hands data out in pieces of this size; large ones make large writes downstream.
constexpr unsigned kReceiveBuffer = 128 << 10;

}  // namespace

struct WsClient::Impl {
    WsClientOptions options;
    WsHandler& handler;
    FrameAssembler message;
    std::deque<std::string> outbox;
    std::string peer_close;  ///< what the peer's close frame said
    std::exception_ptr thrown;
    lws* wsi = nullptr;
    bool want_connect = false;
    bool called_off = false;  ///< close() came before the attempt began
    bool alive = false;       ///< connecting or open: on_closed is owed
    bool open = false;
    bool closing = false;
    std::int64_t close_deadline_ms = 0;
    std::int64_t confirmed_ms = 0;
    lws_retry_bo_t idle_policy{};
    std::array<lws_protocols, 2> protocols{};
    struct Turn {
        lws_sorted_usec_list_t timer{};
        lws_context* context = nullptr;
        bool scheduled = false;
    } turn;
    // Last, so that it goes first: callbacks still arrive while the context is destroyed.
    LwsContext context;

    Impl(WsClientOptions o, WsHandler& h)
        : options(std::move(o)), handler(h), message(options.max_message, options.padding) {}

    void create_context();
    void adopt_wake_fd(int fd);
    void start_connection();
    void kill();
    void report_closed(const std::string& reason);
    std::string connection_error(lws* which, const void* in, std::size_t size) const;
    void on_receive(const char* data, std::size_t size);
    int on_writeable();
    int on_event(lws* which, lws_callback_reasons reason, void* in, std::size_t size);
    int on_open_event();
    static int callback(lws* which, lws_callback_reasons reason, void* user, void* in, std::size_t size);
    static void on_turn(lws_sorted_usec_list_t* timer);
};

void WsClient::Impl::create_context() {
    capture_library_log();
    protocols[0].name = "pulse-client";
    protocols[0].callback = callback;
    const auto ping =
        static_cast<std::uint16_t>(std::clamp<std::int64_t>(options.ping_after_ms / 1000, 1, 20'000));
    idle_policy.secs_since_valid_ping = ping;
    // The owner decides about silence; this is only the library's own last resort.
    idle_policy.secs_since_valid_hangup = static_cast<std::uint16_t>(ping * 3 + 30);

    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols.data();
    info.user = this;
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.timeout_secs = kConnectSeconds;
    info.connect_timeout_secs = kConnectSeconds;
    info.pt_serv_buf_size = kReceiveBuffer;
    info.fd_limit_per_thread = 16;
    if (!options.ca_file.empty()) info.client_ssl_ca_filepath = options.ca_file.c_str();
    context.reset(lws_create_context(&info));
    if (!context) throw Error(Exit::kFailure, "libwebsockets can't start: " + last_library_error());
}

void WsClient::Impl::adopt_wake_fd(int fd) {
    if (fd < 0) return;
    lws_sock_file_fd_type adopted{};
    adopted.filefd = ::dup(fd);  // the library closes what it adopts
    lws_vhost* vhost = lws_get_vhost_by_name(context.get(), "default");
    if (adopted.filefd < 0 || vhost == nullptr ||
        lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, adopted, protocols[0].name, nullptr) ==
            nullptr)
        throw Error(Exit::kFailure, "libwebsockets can't watch for stop signals");
}

void WsClient::Impl::start_connection() {
    want_connect = false;
    alive = true;
    open = closing = false;
    message.reset();
    outbox.clear();
    peer_close.clear();
    forget_library_error();

    lws_client_connect_info info{};
    info.context = context.get();
    info.address = options.url.host.c_str();
    info.host = info.address;
    info.origin = nullptr;
    info.port = options.url.port;
    info.path = options.url.path.c_str();
    // A redirect must not carry the credentials to another host.
    info.ssl_connection = (options.url.tls ? LCCSCF_USE_SSL : 0) | LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
    info.local_protocol_name = protocols[0].name;
    info.retry_and_idle_policy = &idle_policy;
    info.pwsi = &wsi;
    // A name that can't be resolved ends here without a callback.
    if (lws_client_connect_via_info(&info) == nullptr && alive)
        report_closed(resolution_error(options.url.host));
}

void WsClient::Impl::kill() {
    if (wsi != nullptr) lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void WsClient::Impl::report_closed(const std::string& reason) {
    if (!alive) return;
    alive = open = false;
    wsi = nullptr;
    handler.on_closed(reason);
}

std::string WsClient::Impl::connection_error(lws* which, const void* in, std::size_t size) const {
    std::string reason = in != nullptr ? std::string(static_cast<const char*>(in), size) : "no connection";
    const unsigned status = lws_http_client_http_response(which);
    if (status >= 300) reason += fmt::format(", HTTP status {}", status);
    if (!last_library_error().empty()) reason += fmt::format(" ({})", last_library_error());
    return fmt::format("cannot connect to {} port {}: {}", options.url.host, options.url.port, reason);
}

void WsClient::Impl::on_receive(const char* data, std::size_t size) {
    const std::int64_t now = mono_ms();
    // The library's idle timer counts pongs only: without this a busy link whose pong is late would be pinged
    // for nothing and hung up.
    if (now - confirmed_ms >= 1000) {
        confirmed_ms = now;
        lws_validity_confirmed(wsi);
    }
    handler.on_alive();
    const bool last = lws_is_final_fragment(wsi) != 0 && lws_remaining_packet_payload(wsi) == 0;
    if (const auto complete = message.add({data, size}, last)) handler.on_message(*complete);
    if (message.too_long()) kill();
}

int WsClient::Impl::on_writeable() {
    if (!outbox.empty()) {
        const std::string text = std::move(outbox.front());
        outbox.pop_front();
        std::vector<unsigned char> buffer(LWS_PRE + text.size());
        std::copy(text.begin(), text.end(), buffer.begin() + LWS_PRE);
        if (lws_write(wsi, buffer.data() + LWS_PRE, text.size(), LWS_WRITE_TEXT) < 0) return -1;
        if (!outbox.empty() || closing) lws_callback_on_writable(wsi);
        return 0;
    }
    if (!closing) return 0;
    lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, nullptr, 0);
    return -1;
}

int WsClient::Impl::on_open_event() {
    open = true;
    confirmed_ms = mono_ms();
    handler.on_open();
    return 0;
}

int WsClient::Impl::on_event(lws* which, lws_callback_reasons reason, void* in, std::size_t size) {
    if (reason == LWS_CALLBACK_RAW_RX_FILE)
        return -1;  // the wake descriptor: it stays readable, so let go of it
    if (which == nullptr || which != wsi || !alive) return 0;
    switch (reason) {
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
            return on_open_event();
        case LWS_CALLBACK_CLIENT_RECEIVE:
            if (!message.too_long()) on_receive(static_cast<const char*>(in), size);
            return 0;
        case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
            handler.on_alive();
            return 0;
        case LWS_CALLBACK_CLIENT_WRITEABLE:
            return on_writeable();
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: {
            const auto* bytes = static_cast<const unsigned char*>(in);
            if (size >= 2)
                peer_close =
                    fmt::format("the server closed the connection with code {} {}", bytes[0] << 8 | bytes[1],
                                std::string_view(static_cast<const char*>(in) + 2, size - 2));
            return 0;
        }
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            report_closed(connection_error(which, in, size));
            return 0;
        case LWS_CALLBACK_CLIENT_CLOSED:
        case LWS_CALLBACK_WSI_DESTROY:
            if (message.too_long())
                peer_close = fmt::format("a message is longer than {} bytes", options.max_message);
            report_closed(!peer_close.empty() ? peer_close
                                              : "the connection was dropped without a close frame");
            return 0;
        default:
            return 0;
    }
}

int WsClient::Impl::callback(lws* which, lws_callback_reasons reason, void*, void* in, std::size_t size) {
    lws_context* context = lws_get_context(which);
    auto* self = context != nullptr ? static_cast<Impl*>(lws_context_user(context)) : nullptr;
    if (self == nullptr) return 0;
    try {
        return self->on_event(which, reason, in, size);
    } catch (...) {
        self->thrown = std::current_exception();
        return -1;
    }
}

void WsClient::Impl::on_turn(lws_sorted_usec_list_t* timer) {
    // The timer is the first member, so this is the Turn itself.
    auto* turn = reinterpret_cast<Turn*>(timer);
    turn->scheduled = false;
    // A timer alone doesn't make lws_service() return.
    lws_cancel_service(turn->context);
}

WsClient::WsClient(WsClientOptions options, WsHandler& handler, int wake_fd)
    : impl_(std::make_unique<Impl>(std::move(options), handler)) {
    if (!impl_->options.ca_file.empty()) check_ca_file(impl_->options.ca_file);
    impl_->create_context();
    impl_->adopt_wake_fd(wake_fd);
}

WsClient::~WsClient() {
    impl_->alive = false;
}

void WsClient::connect() {
    impl_->want_connect = true;
}

void WsClient::send(std::string message) {
    impl_->outbox.push_back(std::move(message));
    if (impl_->open) lws_callback_on_writable(impl_->wsi);
}

void WsClient::close(bool politely) {
    if (std::exchange(impl_->want_connect, false)) impl_->called_off = true;
    if (!impl_->alive) return;
    if (!politely || !impl_->open) return impl_->kill();
    impl_->closing = true;
    impl_->close_deadline_ms = mono_ms() + kPoliteCloseMs;
    lws_callback_on_writable(impl_->wsi);
}

void WsClient::service() {
    Impl& impl = *impl_;
    if (std::exchange(impl.called_off, false)) return impl.handler.on_closed("the attempt was called off");
    if (impl.want_connect && !impl.alive) impl.start_connection();
    if (impl.alive && impl.closing && mono_ms() >= impl.close_deadline_ms) impl.kill();
    if (!impl.turn.scheduled) {
        impl.turn.scheduled = true;
        impl.turn.context = impl.context.get();
        lws_sul_schedule(impl.context.get(), 0, &impl.turn.timer, Impl::on_turn, kTurnUs);
    }
    if (!impl.thrown) lws_service(impl.context.get(), 0);
    if (impl.thrown) std::rethrow_exception(std::exchange(impl.thrown, nullptr));
}

void WsClient::wake() noexcept {
    lws_cancel_service(impl_->context.get());
}

}  // namespace pulse
