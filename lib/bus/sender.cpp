#include "bus/sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "base/log.hpp"

namespace pulse::bus {

namespace {

constexpr std::size_t kMostRounds = 3;  // one on the way, two waiting

}  // namespace

Sender::Sender(const Link& link, unsigned partition, int ack_wait_ms)
    : link_(link), partition_(partition), ack_wait_ms_(ack_wait_ms) {
    jsOptions options;
    jsOptions_Init(&options);
    options.PublishAsync.AckHandler = on_reply;
    options.PublishAsync.AckHandlerClosure = this;
    jsCtx* context = nullptr;
    check(natsConnection_JetStream(&context, link.connection(), &options), {}, "cannot use JetStream");
    context_.reset(context);
    thread_ = std::thread([this] { run(); });
}

Sender::~Sender() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        if (failure_.empty() && !rounds_.empty()) failure_ = "given up";
        changed_.notify_all();
    }
    thread_.join();
    drop_pending();
}

bool Sender::submit(Round&& round) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return rounds_.size() < kMostRounds || !failure_.empty(); });
    if (!failure_.empty()) {
        counts_.unacknowledged += round.records();
        return false;
    }
    rounds_.push_back(std::move(round));
    changed_.notify_all();
    return true;
}

void Sender::finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return rounds_.empty() || !failure_.empty(); });
}

bool Sender::idle() const {
    const std::lock_guard lock(mutex_);
    return rounds_.empty();
}

Sender::Counts Sender::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

std::string Sender::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void Sender::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return !rounds_.empty() || ending_; });
        if (rounds_.empty() || !failure_.empty()) return;
        const Round& round = rounds_.front();  // a deque's first element stays where it is
        states_.assign(round.messages.size(), State::kWaiting);
        lock.unlock();
        try {
            send(round);
        } catch (const std::exception& failure) {
            give_up(failure.what());
        }
        lock.lock();
        if (!failure_.empty()) return;
        count(round);
        rounds_.pop_front();
        changed_.notify_all();
    }
}

void Sender::send(const Round& round) {
    Patience patience(link_.max_retries());
    for (;;) {
        std::string reason;
        if (send_once(round, reason)) return;
        const auto delay_ms = patience.failed();
        if (!delay_ms) return give_up(reason);
        if (patience.failures() == 1)
            log::warn("partition {}: not acknowledged ({}), sending again", partition_, reason);
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(*delay_ms), [&] { return !failure_.empty(); });
        if (!failure_.empty()) return;
    }
}

// Sends what isn't acknowledged and waits. True when all is.
bool Sender::send_once(const Round& round, std::string& reason) {
    // The library would keep what is published meanwhile, and send it when it has a connection again.
    if (natsConnection_IsReconnecting(link_.connection())) {
        reason = "no connection to NATS";
        return false;
    }
    for (std::size_t i = 0; i < round.messages.size(); ++i) {
        {
            const std::lock_guard lock(mutex_);
            if (states_[i] != State::kWaiting) continue;
        }
        if (!publish(round.messages[i], reason)) break;
    }
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = ack_wait_ms_;
    const natsStatus status = js_PublishAsyncComplete(context_.get(), &options);
    drop_pending();
    const std::lock_guard lock(mutex_);
    if (std::find(states_.begin(), states_.end(), State::kWaiting) == states_.end()) return true;
    if (!refusal_.empty()) reason = refusal_;
    if (reason.empty()) reason = natsStatus_GetText(status == NATS_OK ? NATS_TIMEOUT : status);
    refusal_.clear();
    return false;
}

bool Sender::publish(const Message& message, std::string& reason) {
    natsMsg* made = nullptr;
    check(natsMsg_Create(&made, message.subject.c_str(), nullptr, message.data.data(),
                         static_cast<int>(message.data.size())),
          {}, "cannot make a message");
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MsgId = message.id.c_str();
    const natsStatus status = js_PublishMsgAsync(context_.get(), &made, &options);
    const Handle<natsMsg> kept(made);  // the library's now, unless it failed
    if (status == NATS_OK) return published_ = true;
    try {
        check(status, {}, "cannot publish to " + message.subject);
    } catch (const Passing& failure) {
        reason = failure.what();
    }
    return false;
}

// Messages that still wait are made anew for the next attempt. A late reply to one of them finds nothing.
void Sender::drop_pending() {
    if (!published_) return;  // libnats crashes when nothing ever was
    natsMsgList pending{};
    if (js_PublishAsyncGetPendingList(&pending, context_.get()) == NATS_OK) natsMsgList_Destroy(&pending);
}

// Under the lock.
void Sender::count(const Round& round) {
    for (std::size_t i = 0; i < states_.size(); ++i)
        (states_[i] == State::kDuplicate ? counts_.duplicates : counts_.stored) += round.messages[i].records;
    counts_.messages += states_.size();
}

void Sender::give_up(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    failure_ = reason;
    for (std::size_t r = 0; r < rounds_.size(); ++r) {
        const auto& messages = rounds_[r].messages;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            const State state = r == 0 ? states_[i] : State::kWaiting;
            (state == State::kWaiting     ? counts_.unacknowledged
             : state == State::kDuplicate ? counts_.duplicates
                                          : counts_.stored) += messages[i].records;
        }
    }
    changed_.notify_all();
}

void Sender::on_ack(const std::string& id, bool duplicate) {
    const std::lock_guard lock(mutex_);
    if (rounds_.empty()) return;
    const auto& messages = rounds_.front().messages;
    const auto at =
        std::find_if(messages.begin(), messages.end(), [&](const Message& m) { return m.id == id; });
    if (at == messages.end()) return;
    State& state = states_[static_cast<std::size_t>(at - messages.begin())];
    // Sent twice because the first acknowledgement was late: what the first one said is true.
    if (state == State::kWaiting) state = duplicate ? State::kDuplicate : State::kStored;
}

void Sender::on_refusal(std::string reason) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(reason);
}

// On a thread of the library; no exception may leave.
void Sender::on_reply(jsCtx*, natsMsg* message, jsPubAck* ack, jsPubAckErr* error, void* sender) {
    const Handle<natsMsg> owner(message);
    auto* const self = static_cast<Sender*>(sender);
    try {
        const char* id = nullptr;
        if (ack != nullptr && natsMsgHeader_Get(message, "Nats-Msg-Id", &id) == NATS_OK && id != nullptr)
            self->on_ack(id, ack->Duplicate);
        else if (error != nullptr)
            self->on_refusal(error->ErrText != nullptr ? error->ErrText : natsStatus_GetText(error->Err));
    } catch (const std::exception& failure) {
        log::debug("an acknowledgement was lost: {}", failure.what());
    }
}

}  // namespace pulse::bus
