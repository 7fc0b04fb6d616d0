#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "vendor/ws_peer.hpp"

namespace pulse {

/// Where a WsServer listens.
struct WsServerOptions {
    std::string host = "127.0.0.1";  ///< IPv4 or IPv6 address; 0.0.0.0 or ::, all of them
    int port = 0;                    ///< 0: any free one
    std::string path;                ///< the only path that is a WebSocket; all else is 404
    std::string tls_cert;            ///< PEM files, both or none
    std::string tls_key;
};

/// A WebSocket server: one thread, one event loop, one WsPeer a connection. The only server-side user of
/// libwebsockets. Answers pings by itself, offers no compression.
class WsServer {
  public:
    using Connect = std::function<std::unique_ptr<WsPeer>(std::int64_t now_ms)>;

    /// Listens at once. Throws Error(kUnavailable) when the address is taken or unusable, Error(kConfig) when
    /// the certificate is. `connect` makes the peer of each new connection; peers are destroyed with their
    /// connections.
    WsServer(const WsServerOptions& options, Connect connect);
    ~WsServer();
    WsServer(const WsServer&) = delete;
    WsServer& operator=(const WsServer&) = delete;

    [[nodiscard]] int port() const;

    /// Serves until a stop is requested (base/signals.hpp) or `done()`, asked after each turn of the loop,
    /// says so. What a peer throws comes out here.
    void run(const std::function<bool()>& done);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
