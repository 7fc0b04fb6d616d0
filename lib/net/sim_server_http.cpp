#include "net/sim_server_http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/clock.hpp"
#include "net/sim_server_ws.hpp"
#include "vendor/ws_peer.hpp"

namespace pulse {

namespace {

constexpr int kPiecesAtOnce = 4;  // before the other connections get a turn
constexpr std::size_t kPieceBytes = 56 << 10;
constexpr std::size_t kChunkHead = 10;  // eight digits and the line's end
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace

class SimExchange {
  public:
    SimExchange(lws* wsi, HttpRequest request) : wsi_(wsi), request_(std::move(request)) {}
    ~SimExchange() { lws_sul_cancel(&wake_.timer); }
    SimExchange(const SimExchange&) = delete;
    SimExchange& operator=(const SimExchange&) = delete;

    enum class Result { kGoesOn, kDone, kDrop };
    /// The socket can take data, or it is time.
    Result advance(const SimExchanges::Answer& answer);
    /// The connection can't be used for another request.
    [[nodiscard]] bool closes() const { return request_.method != "GET" && request_.method != "HEAD"; }

  private:
    struct Wake {
        lws_sorted_usec_list_t timer{};
        lws* wsi = nullptr;
    };

    bool prepare(std::int64_t now, const SimExchanges::Answer& answer);
    void begin();
    bool fill();
    void wait(std::int64_t ms);
    bool write();

    lws* wsi_;
    HttpRequest request_;
    HttpAnswer answer_;
    std::int64_t begin_at_ = 0;
    Wake wake_;
    std::string piece_;          // behind the room that the library wants in front
    std::int64_t to_send_ = -1;  // of the body before `ending` happens; -1: unknown, all of it
    std::int64_t sent_ = 0;      // bytes of the body
    bool ready_ = false, begun_ = false, chunked_ = false, body_done_ = false;
};

// libwebsockets fires timers outside of callbacks, where nothing may be thrown: work is done when it can
// write.
void SimExchange::wait(std::int64_t ms) {
    wake_.wsi = wsi_;
    lws_sul_schedule(
        lws_get_context(wsi_), 0, &wake_.timer,
        [](lws_sorted_usec_list_t* timer) {
            lws_callback_on_writable(lws_container_of(timer, Wake, timer)->wsi);
        },
        ms * LWS_US_PER_MS + 1);
}

bool SimExchange::prepare(std::int64_t now, const SimExchanges::Answer& answer) {
    lws_set_timeout(wsi_, NO_PENDING_TIMEOUT, 0);  // slow answers are part of the trade here
    if (!ready_) {
        auto made = answer(request_, now);
        if (!made) {
            wait(0);
            return false;
        }
        answer_ = std::move(*made);
        ready_ = true;
        begin_at_ = now + answer_.delay_ms;
    }
    if (now < begin_at_) {
        wait(begin_at_ - now);
        return false;
    }
    return true;
}

void SimExchange::begin() {
    begun_ = true;
    const bool head_only = request_.method == "HEAD";
    const bool bodiless = answer_.status == 304;
    chunked_ = answer_.body && answer_.length < 0;
    piece_ += answer_head(answer_, !bodiless, chunked_, closes());
    body_done_ = head_only || bodiless;
    const auto size = answer_.body ? answer_.length : static_cast<std::int64_t>(answer_.text.size());
    to_send_ = answer_.ending == HttpEnding::kWhole ? size : size / 2;
    if (to_send_ == 0 && size == 0) body_done_ = true;
}

// Appends the next piece of the body to what is written next.
bool SimExchange::fill() {
    const std::size_t head = piece_.size();
    if (chunked_) piece_.append(kChunkHead, '0');
    const std::size_t start = piece_.size();
    bool more = false;
    if (answer_.body) {
        more = answer_.body->append(piece_);
    } else {
        const auto from = static_cast<std::size_t>(sent_);
        piece_.append(answer_.text, from, kPieceBytes);
        more = from + kPieceBytes < answer_.text.size();
    }
    std::size_t size = piece_.size() - start;
    if (!chunked_ && sent_ + static_cast<std::int64_t>(size) > to_send_) {
        size = static_cast<std::size_t>(to_send_ - sent_);
        piece_.resize(start + size);
        more = false;
    }
    sent_ += static_cast<std::int64_t>(size);
    if (!chunked_) return more;
    if (size > 0) {
        fmt::format_to(piece_.begin() + static_cast<std::ptrdiff_t>(head), "{:08X}\r\n", size);
        piece_ += "\r\n";
    } else {
        piece_.resize(head);
    }
    if (!more) piece_ += kLastChunk;
    return more;
}

bool SimExchange::write() {
    auto* const data = reinterpret_cast<unsigned char*>(piece_.data()) + LWS_PRE;
    const std::size_t size = piece_.size() - LWS_PRE;
    return size == 0 || lws_write(wsi_, data, size, LWS_WRITE_HTTP) >= 0;
}

SimExchange::Result SimExchange::advance(const SimExchanges::Answer& answer) {
    const std::int64_t now = mono_ms();
    if (!prepare(now, answer)) return Result::kGoesOn;
    for (int i = 0; i < kPiecesAtOnce && !lws_send_pipe_choked(wsi_); ++i) {
        piece_.assign(LWS_PRE, '\0');
        if (!begun_) begin();
        if (!body_done_) body_done_ = !fill();
        if (!write()) return Result::kDrop;
        if (!body_done_) continue;
        if (answer_.ending == HttpEnding::kWhole) return Result::kDone;
        if (answer_.ending == HttpEnding::kDrop) return Result::kDrop;
        if (answer_.stall_ms == kNever) return Result::kGoesOn;
        // The rest follows as an answer that goes on.
        wait(answer_.stall_ms);
        begin_at_ = now + answer_.stall_ms;
        answer_.ending = HttpEnding::kWhole;
        to_send_ = answer_.body ? answer_.length : static_cast<std::int64_t>(answer_.text.size());
        body_done_ = sent_ == to_send_;
        return Result::kGoesOn;
    }
    lws_callback_on_writable(wsi_);
    return Result::kGoesOn;
}

SimExchanges::SimExchanges(Answer answer, bool tls) : answer_(std::move(answer)), tls_(tls) {}

SimExchanges::~SimExchanges() = default;

int SimExchanges::on_request(lws* wsi) {
    HttpRequest request = read_request(wsi);
    request.tls = tls_;
    open_[wsi] = std::make_unique<SimExchange>(wsi, std::move(request));
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    lws_callback_on_writable(wsi);
    return 0;
}

int SimExchanges::on_writable(lws* wsi) {
    const auto exchange = open_.find(wsi);
    if (exchange == open_.end()) return 0;
    const auto result = exchange->second->advance(answer_);
    if (result == SimExchange::Result::kGoesOn) return 0;
    const bool closes = exchange->second->closes();
    open_.erase(exchange);
    if (result == SimExchange::Result::kDrop) {
        drop_connection(wsi);
        return -1;
    }
    return lws_http_transaction_completed(wsi) != 0 || closes ? -1 : 0;
}

int SimExchanges::on_close(lws* wsi) {
    open_.erase(wsi);
    return 0;
}

}  // namespace pulse
