#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bus/link.hpp"
#include "bus/message.hpp"

namespace pulse::bus {

/// Sends the rounds of one partition, one after the other, on a thread of its own. A message that isn't
/// acknowledged is sent again with the same id until it is: the server stores it once.
class Sender {
  public:
    /// Starts the thread. The link must outlive this object. `ack_wait_ms`: how long an acknowledgement may
    /// take before the message is sent again.
    Sender(const Link& link, unsigned partition, int ack_wait_ms);
    /// Gives up what isn't acknowledged, unless finish() was called, and joins the thread.
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    /// Hands a round over; waits while two are waiting already. False when sending has failed for good: the
    /// round counts as not acknowledged.
    bool submit(Round&& round);
    /// Waits until everything is acknowledged or sending has failed for good.
    void finish();
    /// True when everything handed over is acknowledged.
    [[nodiscard]] bool idle() const;

    struct Counts {
        std::uint64_t stored = 0;      ///< records the server stored
        std::uint64_t duplicates = 0;  ///< records it had already
        std::uint64_t unacknowledged = 0;
        std::uint64_t messages = 0;  ///< acknowledged
    };
    [[nodiscard]] Counts counts() const;
    /// Why sending failed for good; empty while it hasn't.
    [[nodiscard]] std::string failure() const;

  private:
    enum class State : char { kWaiting, kStored, kDuplicate };

    void run();
    void send(const Round& round);
    bool send_once(const Round& round, std::string& reason);
    bool publish(const Message& message, std::string& reason);
    void drop_pending();
    void count(const Round& round);
    void give_up(const std::string& reason);
    void on_ack(const std::string& id, bool duplicate);
    void on_refusal(std::string reason);
    static void on_reply(jsCtx* context, natsMsg* message, jsPubAck* ack, jsPubAckErr* error, void* sender);

    const Link& link_;
    unsigned partition_;
    int ack_wait_ms_;
    Handle<jsCtx> context_;
    bool published_ = false;  ///< anything, ever; the thread's until it is joined

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Round> rounds_;   ///< the first one is on the way
    std::vector<State> states_;  ///< of the messages on the way
    std::string refusal_;        ///< what the server last said against one of them
    Counts counts_;
    std::string failure_;
    bool ending_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace pulse::bus
