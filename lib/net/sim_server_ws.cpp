#include "net/sim_server_ws.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "base/clock.hpp"

namespace pulse {

struct SimSocket {
    lws* wsi = nullptr;
    std::unique_ptr<WsPeer> peer;
    std::string request;  // pieces of a message that isn't complete yet
    bool reading = true;
    lws_sorted_usec_list_t wake{};
    lws_sorted_usec_list_t watch{};
};

namespace {

constexpr std::size_t kLargestRequest = 1 << 20;
constexpr int kMessagesAtOnce = 32;  // before the other connections get a turn
constexpr std::int64_t kWatchMs = 250;
constexpr std::size_t kLongestHeader = 10;  // of an unmasked frame

SimSocket& owner_of_wake(lws_sorted_usec_list_t* timer) {
    return *lws_container_of(timer, SimSocket, wake);
}
SimSocket& owner_of_watch(lws_sorted_usec_list_t* timer) {
    return *lws_container_of(timer, SimSocket, watch);
}

// A stalled or deaf connection isn't read, so the library wouldn't notice: the watch looks for clients to
// give up.
void on_watch(lws_sorted_usec_list_t* timer) {
    SimSocket& s = owner_of_watch(timer);
    if (s.peer->given_up(mono_ms())) {
        lws_callback_on_writable(s.wsi);
        if (lws_send_pipe_choked(s.wsi)) {
            drop_connection(s.wsi);
            lws_set_timeout(s.wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
            return;
        }
    }
    lws_sul_schedule(lws_get_context(s.wsi), 0, timer, on_watch, kWatchMs * LWS_US_PER_MS);
}

void on_wake(lws_sorted_usec_list_t* timer) {
    lws_callback_on_writable(owner_of_wake(timer).wsi);
}

}  // namespace

void drop_connection(lws* wsi) {
    shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);
}

int SimSockets::on_open(lws* wsi, SimSocket** slot) {
    auto socket = std::make_unique<SimSocket>();
    socket->wsi = wsi;
    socket->peer = connect_(mono_ms());
    lws_sul_schedule(lws_get_context(wsi), 0, &socket->watch, on_watch, kWatchMs * LWS_US_PER_MS);
    *slot = socket.release();  // on_close takes it back
    lws_callback_on_writable(wsi);
    return 0;
}

int SimSockets::on_close(SimSocket** slot) {
    const std::unique_ptr<SimSocket> socket(*slot);
    *slot = nullptr;
    if (!socket) return 0;
    lws_sul_cancel(&socket->wake);
    lws_sul_cancel(&socket->watch);
    return 0;
}

int SimSockets::on_receive(SimSocket* socket, std::string_view data) {
    if (socket == nullptr || socket->request.size() + data.size() > kLargestRequest) return -1;
    socket->request.append(data);
    if (!lws_is_final_fragment(socket->wsi) || lws_remaining_packet_payload(socket->wsi) > 0) return 0;
    socket->peer->receive(socket->request, mono_ms());
    socket->request.clear();
    // All of them: a message on one connection may evict another.
    lws_callback_on_writable_all_protocol(lws_get_context(socket->wsi), lws_get_protocol(socket->wsi));
    return 0;
}

int SimSockets::on_writable(SimSocket* socket) {
    if (socket == nullptr) return -1;
    SimSocket& s = *socket;
    for (int i = 0; i < kMessagesAtOnce; ++i) {
        const std::int64_t now = mono_ms();
        const WsStep step = s.peer->next(now);
        if (const bool reading = s.peer->reading(now); reading != s.reading) {
            s.reading = reading;
            lws_rx_flow_control(s.wsi, reading ? 1 : 0);
        }
        if (step.kind == WsStep::Kind::kWait) {
            lws_sul_cancel(&s.wake);
            if (step.wake_ms != kNever)
                lws_sul_schedule(lws_get_context(s.wsi), 0, &s.wake, on_wake,
                                 std::max<std::int64_t>(step.wake_ms - now, 0) * LWS_US_PER_MS + 1);
            return 0;
        }
        if (perform(s, step) < 0) return -1;
        if (lws_send_pipe_choked(s.wsi)) break;
    }
    lws_callback_on_writable(s.wsi);
    return 0;
}

int SimSockets::perform(SimSocket& socket, const WsStep& step) {
    switch (step.kind) {
        case WsStep::Kind::kSend:
            return send(socket.wsi, step.text) ? 0 : -1;
        case WsStep::Kind::kClose:
            lws_close_reason(socket.wsi, static_cast<lws_close_status>(step.close_code), nullptr, 0);
            return -1;
        case WsStep::Kind::kSendHalf:
            send_half(socket.wsi, step.text);
            [[fallthrough]];
        default:
            drop_connection(socket.wsi);
            return -1;
    }
}

bool SimSockets::send(lws* wsi, std::string_view text) {
    buffer_.resize(std::max(buffer_.size(), LWS_PRE + text.size()));
    std::copy(text.begin(), text.end(), buffer_.begin() + LWS_PRE);
    return lws_write(wsi, buffer_.data() + LWS_PRE, text.size(), LWS_WRITE_TEXT) >= 0;
}

// The library only writes whole frames, so the header is made here (RFC 6455, 5.2) and goes out raw.
void SimSockets::send_half(lws* wsi, std::string_view text) {
    std::string out(1, '\x81');
    const int bytes = text.size() < 126 ? 0 : text.size() < 65'536 ? 2 : 8;
    out += static_cast<char>(bytes == 0 ? text.size() : bytes == 2 ? 126U : 127U);
    for (int i = bytes; i-- > 0;) out += static_cast<char>(text.size() >> (8 * i) & 0xff);
    out += text.substr(0, text.size() / 2);
    buffer_.resize(std::max(buffer_.size(), LWS_PRE + out.size() + kLongestHeader));
    std::copy(out.begin(), out.end(), buffer_.begin() + LWS_PRE);
    lws_write(wsi, buffer_.data() + LWS_PRE, out.size(), LWS_WRITE_RAW);
}

}  // namespace pulse
