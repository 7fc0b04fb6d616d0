#pragma once

#include <libwebsockets.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "vendor/ws_peer.hpp"

/// The WebSocket side of SimServer. Included by .cpp files only: it brings the library's header.
namespace pulse {

/// One client's socket and its peer.
struct SimSocket;

/// What libwebsockets' callbacks of WebSocket connections do. Each returns what the callback has to.
class SimSockets {
  public:
    explicit SimSockets(std::function<std::unique_ptr<WsPeer>(std::int64_t now_ms)> connect)
        : connect_(std::move(connect)) {}

    /// `slot` is the library's space for the connection.
    int on_open(lws* wsi, SimSocket** slot);
    int on_close(SimSocket** slot);
    int on_receive(SimSocket* socket, std::string_view data);
    int on_writable(SimSocket* socket);

  private:
    int perform(SimSocket& socket, const WsStep& step);
    bool send(lws* wsi, std::string_view text);
    void send_half(lws* wsi, std::string_view text);

    std::function<std::unique_ptr<WsPeer>(std::int64_t now_ms)> connect_;
    std::vector<unsigned char> buffer_;
};

/// Ends the TCP connection without a close frame: whatever the library would send now meets a closed door.
void drop_connection(lws* wsi);

}  // namespace pulse
