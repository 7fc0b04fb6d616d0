#include "vendor/handshake.hpp"

#include <fmt/format.h>

namespace pulse {

namespace {

std::string json_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    return out;
}

std::string quoted(const StatusEvent& event) {
    return fmt::format("{}: {}", event.status, event.message);
}

}  // namespace

std::string control_message(std::string_view action, std::string_view params) {
    return fmt::format(R"({{"action":"{}","params":"{}"}})", json_escaped(action), json_escaped(params));
}

void Handshake::on_open(std::int64_t now_ms) {
    go(State::kAwaitHello, HandshakeAction::kNone, now_ms);
}

HandshakeStep Handshake::on_status(const StatusEvent& event, std::int64_t now_ms) {
    const std::string_view status = event.status;
    if (state_ == State::kIdle || state_ == State::kOver) return {};
    if (status == "auth_failed") return leave(Ending::kAuthRefused, event.message);
    if (status == "max_connections") return leave(Ending::kMaxConnections, quoted(event));
    if (status == "auth_timeout" || status == "slow_consumer" || status == "force_disconnect")
        return leave(Ending::kKicked, quoted(event));
    if (status == "error" || status == "auth_required") return on_refused_subscription(event);
    if (state_ == State::kAwaitHello && (status == "connected" || status == "success"))
        return go(State::kAwaitAuth, HandshakeAction::kSendAuth, now_ms);
    if (state_ == State::kAwaitAuth && status == "auth_success")
        return go(State::kAwaitAck, HandshakeAction::kSendSubscribe, now_ms);
    if (status == "success") return on_acknowledgement(event, now_ms);
    return {};
}

HandshakeStep Handshake::on_tick(std::int64_t now_ms) {
    const bool waiting =
        state_ == State::kAwaitHello || state_ == State::kAwaitAuth || state_ == State::kAwaitAck;
    if (!waiting || now_ms < deadline_ms_) return {};
    switch (state_) {
        case State::kAwaitHello:
            return leave(Ending::kTimeout,
                         fmt::format("the server said nothing for {} ms after the socket opened", step_ms_));
        case State::kAwaitAuth:
            return leave(Ending::kTimeout, fmt::format("no answer to the credentials for {} ms", step_ms_));
        default:
            if (data_seen_) return go(State::kSubscribed, HandshakeAction::kSubscribed, now_ms);
            return leave(Ending::kTimeout,
                         fmt::format("no acknowledgement of the subscription for {} ms", step_ms_));
    }
}

HandshakeStep Handshake::go(State state, HandshakeAction action, std::int64_t now_ms) {
    state_ = state;
    deadline_ms_ = now_ms + step_ms_;
    return {action, Ending::kDropped, {}};
}

HandshakeStep Handshake::leave(Ending ending, std::string text) {
    state_ = State::kOver;
    return {HandshakeAction::kLeave, ending, std::move(text)};
}

HandshakeStep Handshake::on_acknowledgement(const StatusEvent& event, std::int64_t now_ms) {
    if (state_ != State::kAwaitAck || !event.message.starts_with("subscribed to")) return {};
    return go(State::kSubscribed, HandshakeAction::kSubscribed, now_ms);
}

// The message doesn't say which subscription was refused; the others of the same request are still confirmed.
HandshakeStep Handshake::on_refused_subscription(const StatusEvent& event) {
    ++refused_;
    if (state_ == State::kAwaitAck && refused_ >= subscriptions_)
        return leave(Ending::kSubscriptionRefused, quoted(event));
    return {HandshakeAction::kComplain, Ending::kDropped, quoted(event)};
}

}  // namespace pulse
