// The scripted faults of a SimSession; the well-behaved part is in sim_session.cpp.
#include <algorithm>

#include "vendor/sim_session.hpp"

namespace pulse {

namespace {

constexpr std::uint16_t kPolicyViolation = 1008;

}  // namespace

WsStep SimSession::fire(std::int64_t now_ms) {
    const SimFault fault = faults_.front();
    faults_.pop_front();
    ++counts_.faults;
    switch (fault.kind) {
        case SimFault::Kind::kDrop:
            end_with(now_ms, WsStep::drop());
            break;
        case SimFault::Kind::kClose:
            end_with(now_ms, WsStep::close(static_cast<std::uint16_t>(fault.value)));
            break;
        case SimFault::Kind::kStall:
            stalled_until_ms_ = fault.value == kNever ? kNever : now_ms + fault.value;
            break;
        case SimFault::Kind::kHalf:
            fill_frame(config_.frame_events, kNever);
            state_ = State::kEnding;
            return WsStep::half(frame_);
        case SimFault::Kind::kAckSilence:
            silent_ = true;
            break;
        case SimFault::Kind::kStatus:
            return fire_status(fault.text, now_ms);
        case SimFault::Kind::kGarbage:
            queue_garbage(fault.text, now_ms);
            break;
        case SimFault::Kind::kMixed:
            return mixed_frame(now_ms);
        case SimFault::Kind::kPingSilence:
            deaf_ = true;
            break;
        case SimFault::Kind::kSlowHandshake:  // these two are part of the session from its start
        case SimFault::Kind::kAuthRefused:
            break;
    }
    return next(now_ms);
}

WsStep SimSession::fire_status(const std::string& status, std::int64_t now_ms) {
    const std::int64_t at_once = now_ms - answer_delay_ms_;
    if (status == "error") {
        answer_status(at_once, "error", "not authorized");
    } else if (status == "max_connections") {
        answer_status(at_once, "max_connections", kMaxConnectionsText);
        end_with(now_ms, WsStep::close(kPolicyViolation));
    } else {
        answer_status(at_once, "slow_consumer", "slow consumer");
        end_with(now_ms, WsStep::drop());
    }
    return next_reply(now_ms);
}

// Frames that are complete for WebSocket and wrong for JSON or for the vendor's grammar. The good events
// among them are the next ones of the tape and count as sent: a careful client loses none.
void SimSession::queue_garbage(const std::string& variant, std::int64_t now_ms) {
    const auto queue = [&](std::string_view name, auto&& make) {
        if (variant.empty() || variant == name) replies_.push_back({now_ms, WsStep::send({}), make()});
    };
    queue("text", [] { return std::string("this is not JSON"); });
    queue("truncated", [] { return std::string(R"([{"ev":"T","sym":"O:AAPL2512)"); });
    queue("types", [] { return std::string(R"([42,null,"text",[],{"ev":"T"},{"ev":7},{}])"); });
    queue("empty", [] { return std::string("[]"); });
    queue("object", [&] {
        std::string frame = "[" + std::string(take_event());
        frame += frame.size() > 1 ? R"(,{"ev":"T","sym":,"x":})" : R"({"ev":"T","sym":,"x":})";
        const auto event = take_event();
        if (!event.empty()) frame.append(",").append(event);
        return frame + "]";
    });
    queue("bare", [&] { return std::string(take_event()); });
}

WsStep SimSession::mixed_frame(std::int64_t now_ms) {
    std::string frame = "[" + status_object("success", "subscribed to: T.O:MIXED");
    for (int i = 0; i < 2; ++i) {
        const auto event = take_event();
        if (!event.empty()) frame.append(",").append(event);
        frame += "," + status_object("success", "unsubscribed to: T.O:MIXED");
    }
    replies_.push_back({now_ms, WsStep::send({}), frame + "]"});
    return next_reply(now_ms);
}

}  // namespace pulse
