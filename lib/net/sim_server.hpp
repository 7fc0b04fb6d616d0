#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "vendor/http_message.hpp"
#include "vendor/ws_peer.hpp"

namespace pulse {

/// Where a SimServer listens.
struct SimServerOptions {
    std::string host = "127.0.0.1";  ///< IPv4 or IPv6 address; 0.0.0.0 or ::, all of them
    int port = 0;                    ///< 0: any free one
    std::string path;                ///< the only path that is a WebSocket; upgrades of another are 404
    std::string tls_cert;            ///< PEM files, both or none
    std::string tls_key;
};

/// The simulated vendor's server, WebSocket and HTTP/1.1 on one port: one thread, one event loop, one WsPeer
/// a connection. Answers pings by itself, offers no WebSocket compression.
class SimServer {
  public:
    using Connect = std::function<std::unique_ptr<WsPeer>(std::int64_t now_ms)>;
    /// Nothing: not ready yet, asked again soon with the same request.
    using Answer = std::function<std::optional<HttpAnswer>(HttpRequest& request, std::int64_t now_ms)>;

    /// Listens at once. Throws Error(kUnavailable) when the address is taken or unusable, Error(kConfig) when
    /// the certificate is. `connect` makes the peer of each new connection; peers are destroyed with their
    /// connections.
    SimServer(const SimServerOptions& options, Connect connect, Answer answer);
    ~SimServer();
    SimServer(const SimServer&) = delete;
    SimServer& operator=(const SimServer&) = delete;

    [[nodiscard]] int port() const;

    /// Serves until a stop is requested (base/signals.hpp) or `done()`, asked after each turn of the loop,
    /// says so. What a peer or an answer throws comes out here.
    void run(const std::function<bool()>& done);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
