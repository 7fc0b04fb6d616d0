#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace pulse {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// What one server-side WebSocket connection does next.
struct WsStep {
    enum class Kind {
        kWait,      ///< nothing before `wake_ms`, or before the next message from the client
        kSend,      ///< one text message
        kSendHalf,  ///< a frame header that announces all of `text`, half of `text`, then the TCP connection
                    ///< is dropped
        kClose,     ///< close frame with `close_code`, then the end
        kDrop,      ///< the TCP connection ends without a close frame
    };
    Kind kind = Kind::kWait;
    std::string_view text;  ///< valid until the next call
    std::uint16_t close_code = 0;
    std::int64_t wake_ms = kNever;

    static WsStep wait(std::int64_t until_ms) { return {Kind::kWait, {}, 0, until_ms}; }
    static WsStep send(std::string_view message) { return {Kind::kSend, message, 0, kNever}; }
    static WsStep half(std::string_view message) { return {Kind::kSendHalf, message, 0, kNever}; }
    static WsStep close(std::uint16_t code) { return {Kind::kClose, {}, code, kNever}; }
    static WsStep drop() { return {Kind::kDrop, {}, 0, kNever}; }
};

/// The brain of one server-side WebSocket connection, free of sockets: the network edge reports what happened
/// and asks what to do whenever the socket can take more. All times are milliseconds of one clock that never
/// goes back.
class WsPeer {
  public:
    WsPeer() = default;
    WsPeer(const WsPeer&) = delete;
    WsPeer& operator=(const WsPeer&) = delete;
    virtual ~WsPeer() = default;

    /// A whole text message from the client.
    virtual void receive(std::string_view message, std::int64_t now_ms) = 0;
    /// Called when the socket can take data, after every receive() and at the wake time asked for.
    virtual WsStep next(std::int64_t now_ms) = 0;
    /// False while the socket must not be read: pings then stay unanswered too.
    [[nodiscard]] virtual bool reading(std::int64_t now_ms) const = 0;
    /// True when the client reads so slowly that the connection ends without waiting for its socket.
    [[nodiscard]] virtual bool given_up(std::int64_t now_ms) const = 0;
};

}  // namespace pulse
