#include "net/sim_server.hpp"

#include <fmt/format.h>
#include <libwebsockets.h>
#include <unistd.h>

#include <array>
#include <exception>

#include "base/error.hpp"
#include "base/signals.hpp"
#include "net/listen_address.hpp"
#include "net/lws_support.hpp"
#include "net/sim_server_http.hpp"
#include "net/sim_server_ws.hpp"

namespace pulse {

namespace {

constexpr unsigned kServiceBuffer = 64 << 10;
constexpr unsigned short kLargestHead = 16 << 10;  // of a request, in bytes
constexpr int kKeepAliveSeconds = 300;
constexpr std::uint16_t kNoIdlePings = 0xffff;  // seconds; the vendor isn't known to ping

}  // namespace

struct SimServer::Impl {
    std::string path;
    SimSockets sockets;
    SimExchanges exchanges;
    std::exception_ptr thrown;
    bool stop = false;
    lws_retry_bo_t idle_policy{};
    std::array<lws_protocols, 2> protocols{};
    lws_vhost* vhost = nullptr;
    // Last, so that it goes first: callbacks still arrive while the context is destroyed.
    LwsContext context;

    Impl(const SimServerOptions& options, Connect connect, Answer answer)
        : path(options.path),
          sockets(std::move(connect)),
          exchanges(std::move(answer), !options.tls_cert.empty()) {}

    static int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size);
    int handle(lws* wsi, lws_callback_reasons reason, SimSocket** slot, std::string_view in);

    void create(const SimServerOptions& options);
    void watch_stop_fd();
    int on_upgrade(lws* wsi) const;
};

int SimServer::Impl::callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
    auto* self = static_cast<Impl*>(lws_context_user(lws_get_context(wsi)));
    try {
        return self->handle(wsi, reason, static_cast<SimSocket**>(user),
                            {static_cast<const char*>(in), size});
    } catch (...) {
        self->thrown = std::current_exception();
        self->stop = true;
        return -1;
    }
}

int SimServer::Impl::handle(lws* wsi, lws_callback_reasons reason, SimSocket** slot, std::string_view in) {
    switch (reason) {
        case LWS_CALLBACK_RAW_RX_FILE:  // the stop descriptor
            stop = true;
            return 0;
        case LWS_CALLBACK_HTTP:
            return exchanges.on_request(wsi);
        case LWS_CALLBACK_HTTP_WRITEABLE:
            return exchanges.on_writable(wsi);
        case LWS_CALLBACK_CLOSED_HTTP:
            return exchanges.on_close(wsi);
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
            return on_upgrade(wsi);
        case LWS_CALLBACK_ESTABLISHED:
            return sockets.on_open(wsi, slot);
        case LWS_CALLBACK_CLOSED:
            return sockets.on_close(slot);
        case LWS_CALLBACK_RECEIVE:
            return sockets.on_receive(*slot, in);
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return sockets.on_writable(*slot);
        default:
            return 0;
    }
}

int SimServer::Impl::on_upgrade(lws* wsi) const {
    std::array<char, 256> uri{};
    const int size = lws_hdr_copy(wsi, uri.data(), static_cast<int>(uri.size()), WSI_TOKEN_GET_URI);
    if (size > 0 && path == std::string_view(uri.data(), static_cast<std::size_t>(size))) return 0;
    return lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, nullptr) < 0 ? -1 : 1;
}

void SimServer::Impl::create(const SimServerOptions& options) {
    capture_library_log();
    idle_policy.secs_since_valid_ping = kNoIdlePings;
    idle_policy.secs_since_valid_hangup = kNoIdlePings;
    // Clients name no protocol, and then the first one is taken.
    protocols[0].name = "vendor";
    protocols[0].callback = callback;
    protocols[0].per_session_data_size = sizeof(SimSocket*);

    const bool v4 = check_listen_address(options.host) == AddressFamily::kV4;

    lws_context_creation_info info{};
    info.port = options.port;
    info.iface = options.host.c_str();
    info.protocols = protocols.data();
    info.user = this;
    info.pt_serv_buf_size = kServiceBuffer;
    info.max_http_header_data = kLargestHead;
    info.keepalive_timeout = kKeepAliveSeconds;
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
void SimServer::Impl::watch_stop_fd() {
    if (stop_fd() < 0) return;
    lws_sock_file_fd_type fd;
    fd.filefd = dup(stop_fd());  // the library closes what it adopts
    if (lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, fd, "vendor", nullptr) == nullptr)
        throw Error(Exit::kFailure, "can't watch for signals: " + last_library_error());
}

SimServer::SimServer(const SimServerOptions& options, Connect connect, Answer answer)
    : impl_(std::make_unique<Impl>(options, std::move(connect), std::move(answer))) {
    impl_->create(options);
    impl_->watch_stop_fd();
}

SimServer::~SimServer() = default;

int SimServer::port() const {
    return lws_get_vhost_listen_port(impl_->vhost);
}

void SimServer::run(const std::function<bool()>& done) {
    while (!impl_->stop && !stop_requested() && !done())
        if (lws_service(impl_->context.get(), 0) < 0) break;
    if (impl_->thrown) std::rethrow_exception(impl_->thrown);
}

}  // namespace pulse
