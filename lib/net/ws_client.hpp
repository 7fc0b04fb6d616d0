#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pulse {

/// Where a WebSocket client connects to.
struct WsUrl {
    bool tls = true;
    std::string host;  ///< name, IPv4, or IPv6 without brackets
    std::uint16_t port = 443;
    std::string path = "/";

    /// True for names and addresses of this machine.
    [[nodiscard]] bool loopback() const;
};

/// Reads `ws://HOST[:PORT][/PATH]` or `wss://…`. Throws Error(kUsage) saying what is wrong.
WsUrl parse_ws_url(std::string_view url);

struct WsClientOptions {
    WsUrl url;
    std::string ca_file;  ///< PEM of a private CA, trusted beside the system's; empty = system's only
    std::int64_t ping_after_ms = 20'000;  ///< ping when nothing came for so long
    std::size_t max_message = 16 << 20;   ///< a longer message ends the connection
    std::size_t padding = 64;             ///< readable bytes behind every message handed out
};

/// What a WsClient tells its owner, always from inside service().
class WsHandler {
  public:
    virtual ~WsHandler() = default;
    virtual void on_open() = 0;
    /// A complete message; valid during the call, with the padding behind it readable.
    virtual void on_message(std::string_view message) = 0;
    /// Something arrived: a pong, or a piece of a message. Called before on_message too.
    virtual void on_alive() = 0;
    /// The connection is gone, or was never made. `reason` is for people.
    virtual void on_closed(const std::string& reason) = 0;
};

/// A WebSocket client with its own libwebsockets loop; at most one connection at a time. It never pauses
/// reading. Certificates and host names are always verified; no extension (compression) is offered. One
/// thread, wake() apart.
class WsClient {
  public:
    /// `handler` must outlive the client. `wake_fd` (-1 = none) makes service() return when it becomes
    /// readable. Throws Error(kConfig) when the CA file can't be used, Error(kFailure) when libwebsockets
    /// can't start.
    WsClient(WsClientOptions options, WsHandler& handler, int wake_fd);
    ~WsClient();
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;

    /// Starts a connection; on_open or on_closed follows from service().
    void connect();
    /// Queues a text message.
    void send(std::string message);
    /// Ends the connection: with close code 1000 and at most two seconds for the peer's answer, or at once.
    /// on_closed follows from service().
    void close(bool politely);
    /// Waits for events, at most about a quarter of a second, and handles them. Rethrows what a handler
    /// threw.
    void service();
    /// Makes service() return soon. From any thread.
    void wake() noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
