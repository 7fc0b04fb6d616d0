#include "vendor/sim_session.hpp"

#include <algorithm>
#include <cmath>

namespace pulse {

namespace {

constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::uint16_t kNormalClosure = 1000;
constexpr unsigned kLinesAtOnce = 50'000;  // unwanted lines to pass before the other connections get a turn

std::string as_array(const std::vector<std::string>& objects) {
    std::string text = "[";
    for (const auto& object : objects) {
        if (text.size() > 1) text += ',';
        text += object;
    }
    return text += ']';
}

}  // namespace

SimSession::SimSession(const SimConfig& config, SimCounts& counts, SimTapePlace& place, unsigned connection,
                       std::int64_t now_ms)
    : config_(config),
      counts_(counts),
      place_(place),
      cursor_(config.tape),
      auth_deadline_ms_(now_ms + config.auth_timeout_ms) {
    for (auto& fault : faults_of(config.faults, connection)) {
        const bool refuse_first =
            fault.kind == SimFault::Kind::kStatus && fault.text == "error" && fault.event == 0;
        if (fault.kind == SimFault::Kind::kSlowHandshake)
            answer_delay_ms_ = fault.value;
        else if (fault.kind == SimFault::Kind::kAuthRefused)
            refuse_auth_ = true;
        else if (refuse_first)
            refuse_first_ = true;
        else
            faults_.push_back(std::move(fault));
    }
    counts_.faults += (answer_delay_ms_ > 0 ? 1U : 0U) + (refuse_auth_ ? 1U : 0U) + (refuse_first_ ? 1U : 0U);
    ++counts_.connections;
    answer_status(now_ms, "connected", "Connected Successfully");
}

void SimSession::receive(std::string_view message, std::int64_t now_ms) {
    ++counts_.requests;
    const auto request = parse_sim_request(message);
    if (!request || state_ == State::kEnding) return;
    if (request->action == "auth") {
        if (state_ == State::kNew) on_auth(request->params, now_ms);
        return;
    }
    if (request->action != "subscribe" && request->action != "unsubscribe") return;
    if (state_ == State::kNew) {
        answer_status(now_ms, "auth_required", "authentication required");
        return;
    }
    const auto objects = request->action == "subscribe"
                             ? subscriptions_.subscribe(request->params, refuse_first_)
                             : subscriptions_.unsubscribe(request->params);
    if (!objects.empty()) answer(now_ms, objects);
}

void SimSession::on_auth(const std::string& key, std::int64_t now_ms) {
    const bool good = !key.empty() && !refuse_auth_ && (!config_.key || *config_.key == key);
    if (good) {
        state_ = State::kAuthenticated;
        ++counts_.authenticated;
        answer_status(now_ms, "auth_success", "authenticated");
        return;
    }
    ++counts_.refused;
    answer_status(now_ms, "auth_failed", "authentication failed");
    end_with(now_ms + answer_delay_ms_, WsStep::drop());
}

void SimSession::answer(std::int64_t now_ms, const std::vector<std::string>& objects) {
    replies_.push_back({now_ms + answer_delay_ms_, WsStep::send({}), as_array(objects)});
}

void SimSession::answer_status(std::int64_t now_ms, std::string_view status, std::string_view message) {
    answer(now_ms, {status_object(status, message)});
}

void SimSession::end_with(std::int64_t now_ms, const WsStep& step) {
    state_ = State::kEnding;
    replies_.push_back({now_ms, step, {}});
}

void SimSession::evict() {
    ++counts_.evicted;
    replies_.clear();
    stalled_until_ms_ = 0;
    replies_.push_back(
        {0, WsStep::send({}), as_array({status_object("max_connections", kMaxConnectionsText)})});
    end_with(0, WsStep::close(kPolicyViolation));
}

bool SimSession::reading(std::int64_t now_ms) const {
    return !deaf_ && now_ms >= stalled_until_ms_;
}

bool SimSession::given_up(std::int64_t now_ms) const {
    if (config_.slow_consumer_ms == 0 || config_.speed <= 0 || tape_start_ms_ < 0 || silent_) return false;
    if (state_ != State::kAuthenticated || now_ms < stalled_until_ms_ || cursor_.at_end()) return false;
    return now_ms - due_ms(cursor_.line()) > config_.slow_consumer_ms;
}

WsStep SimSession::next(std::int64_t now_ms) {
    if (now_ms < stalled_until_ms_) return WsStep::wait(stalled_until_ms_);
    if (!replies_.empty()) return next_reply(now_ms);
    if (state_ == State::kEnding) return WsStep::wait(kNever);
    if (state_ == State::kNew) {
        if (now_ms < auth_deadline_ms_) return WsStep::wait(auth_deadline_ms_);
        answer_status(now_ms - answer_delay_ms_, "auth_timeout", "authentication timeout");
        end_with(now_ms, WsStep::drop());
        return next_reply(now_ms);
    }
    if (tape_start_ms_ < 0) {
        if (!subscriptions_.trades()) return WsStep::wait(kNever);
        start_tape(now_ms);
    }
    if (given_up(now_ms)) {
        ++counts_.slow;
        return fire_status("slow_consumer", now_ms);
    }
    if (fault_due()) return fire(now_ms);
    return silent_ ? WsStep::wait(kNever) : next_events(now_ms);
}

void SimSession::start_tape(std::int64_t now_ms) {
    tape_start_ms_ = now_ms;
    tape_first_t_ = tape_time(cursor_.line());
    if (config_.join == SimJoin::kStart) return;
    if (place_.start_ms < 0) {
        place_.start_ms = now_ms;
        return;
    }
    tape_start_ms_ = place_.start_ms;
    cursor_ = place_.cursor;
    while (config_.speed > 0 && !cursor_.at_end() && due_ms(cursor_.line()) < now_ms) advance();
}

void SimSession::advance() {
    cursor_.advance();
    if (cursor_.left() < place_.cursor.left()) place_.cursor = cursor_;
}

WsStep SimSession::next_reply(std::int64_t now_ms) {
    if (replies_.front().due_ms > now_ms) return WsStep::wait(replies_.front().due_ms);
    WsStep step = replies_.front().step;
    reply_ = std::move(replies_.front().text);
    replies_.pop_front();
    if (step.kind == WsStep::Kind::kSend) {
        ++counts_.frames;
        step.text = reply_;
    }
    return step;
}

WsStep SimSession::next_events(std::int64_t now_ms) {
    const bool paused = config_.speed <= 0 && !subscriptions_.trades();
    if (paused) return WsStep::wait(kNever);
    const std::uint64_t upto_fault = faults_.empty() ? UINT64_MAX : faults_.front().event - sent_;
    const auto count = fill_frame(std::min(config_.frame_events, upto_fault), now_ms);
    if (count > 0) {
        sent_ += count;
        counts_.events += count;
        ++counts_.frames;
        return WsStep::send(frame_);
    }
    if (cursor_.at_end()) return at_tape_end(now_ms);
    return WsStep::wait(std::max(due_ms(cursor_.line()), now_ms));
}

WsStep SimSession::at_tape_end(std::int64_t now_ms) {
    if (config_.at_end == SimAtEnd::kHold) return WsStep::wait(kNever);
    if (config_.at_end == SimAtEnd::kExit) counts_.tape_finished = true;
    end_with(now_ms, WsStep::close(kNormalClosure));
    return next_reply(now_ms);
}

std::uint64_t SimSession::fill_frame(std::uint64_t limit, std::int64_t now_ms) {
    std::uint64_t count = 0;
    frame_.assign(1, '[');
    for (unsigned lines = 0; count < limit && !cursor_.at_end() && lines < kLinesAtOnce; ++lines) {
        const auto line = cursor_.line();
        if (config_.speed > 0 && due_ms(line) > now_ms) break;
        if (subscriptions_.everything() || subscriptions_.wants(tape_symbol(line))) {
            if (count++ > 0) frame_ += ',';
            frame_ += line;
        }
        advance();
    }
    frame_ += ']';
    return count;
}

std::string_view SimSession::take_event() {
    while (!cursor_.at_end()) {
        const auto line = cursor_.line();
        advance();
        if (!subscriptions_.wants(tape_symbol(line))) continue;
        ++sent_;
        ++counts_.events;
        return line;
    }
    return {};
}

// Late prints carry a time before their neighbours': they are due at once.
std::int64_t SimSession::due_ms(std::string_view line) const {
    if (config_.speed <= 0) return tape_start_ms_;
    const auto ahead = static_cast<double>(tape_time(line) - tape_first_t_);
    return tape_start_ms_ + static_cast<std::int64_t>(std::ceil(ahead / config_.speed));
}

}  // namespace pulse
