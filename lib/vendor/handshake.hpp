#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "vendor/frame.hpp"

namespace pulse {

/// Why a connection to the vendor is over, or must be left.
enum class Ending {
    kNotConnected,         ///< no socket: name, network, TLS, HTTP
    kDropped,              ///< the peer or the network ended an open socket
    kStale,                ///< nothing heard, not even a pong
    kTimeout,              ///< a step of the handshake got no answer
    kAuthRefused,          ///< the vendor refuses the key, or the plan lacks this host's feed
    kSubscriptionRefused,  ///< authenticated, but not allowed to have any of what was asked for
    kMaxConnections,       ///< another connection of this account took the place
    kKicked,               ///< slow_consumer, force_disconnect, auth_timeout: the vendor says it hangs up
};

/// What the caller does next.
enum class HandshakeAction {
    kNone,
    kSendAuth,
    kSendSubscribe,
    kSubscribed,  ///< the first acknowledgement is here
    kComplain,    ///< keep the connection; tell the user `text`
    kLeave,       ///< close the connection; `ending` and `text` say why
};

struct HandshakeStep {
    HandshakeAction action = HandshakeAction::kNone;
    Ending ending = Ending::kDropped;
    std::string text;
};

/// One connection's conversation with the vendor, from the open socket to the acknowledged subscription and
/// on to the status messages that end it. Knows no socket and no clock: times are milliseconds of any clock
/// that doesn't go back. Texts and order: the vendor's socket documentation, and what its server was seen to
/// send.
///
/// An acknowledgement proves little: unknown tickers and partial wildcards are acknowledged too and stay
/// silent, unknown topics aren't answered at all. So no exact count is waited for: the first acknowledgement
/// is enough.
class Handshake {
  public:
    /// `subscriptions`: how many comma-separated items will be asked for. `step_ms`: longest wait for each
    /// answer.
    explicit Handshake(std::size_t subscriptions, std::int64_t step_ms = 10'000)
        : subscriptions_(subscriptions), step_ms_(step_ms) {}

    /// The WebSocket is open.
    void on_open(std::int64_t now_ms);
    /// A status object arrived.
    HandshakeStep on_status(const StatusEvent& event, std::int64_t now_ms);
    /// Trades arrived: proof that the subscription works, whether or not it was acknowledged.
    void on_data() { data_seen_ = true; }
    /// Call a few times a second: notices answers that don't come.
    HandshakeStep on_tick(std::int64_t now_ms);

    [[nodiscard]] bool authenticated() const { return state_ == State::kAwaitAck || subscribed(); }
    [[nodiscard]] bool subscribed() const { return state_ == State::kSubscribed; }

  private:
    enum class State { kIdle, kAwaitHello, kAwaitAuth, kAwaitAck, kSubscribed, kOver };

    HandshakeStep go(State state, HandshakeAction action, std::int64_t now_ms);
    HandshakeStep leave(Ending ending, std::string text);
    HandshakeStep on_acknowledgement(const StatusEvent& event, std::int64_t now_ms);
    HandshakeStep on_refused_subscription(const StatusEvent& event);

    std::size_t subscriptions_;
    std::int64_t step_ms_;
    State state_ = State::kIdle;
    std::int64_t deadline_ms_ = 0;
    std::size_t refused_ = 0;
    bool data_seen_ = false;
};

/// `{"action":ACTION,"params":PARAMS}` with both escaped for JSON.
std::string control_message(std::string_view action, std::string_view params);

}  // namespace pulse
