#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vendor/sim_faults.hpp"
#include "vendor/sim_protocol.hpp"
#include "vendor/sim_tape.hpp"
#include "vendor/ws_peer.hpp"

namespace pulse {

/// What happens to a connection that got the whole tape.
enum class SimAtEnd {
    kHold,   ///< it stays open and silent, as the vendor's after the close
    kClose,  ///< close 1000
    kExit,   ///< close 1000, and the simulator ends
};

/// Where the tape of a connection begins.
enum class SimJoin {
    kStart,  ///< at its start, for each of them
    kNow,    ///< where the tape's clock stands, which the first subscription starts; what was before is lost,
             ///< as with the vendor. Without a clock (speed 0): where the connection before got to
};

/// How the simulated vendor behaves; the same for all connections.
struct SimConfig {
    std::string_view tape;           ///< trade lines; must outlive all sessions
    std::optional<std::string> key;  ///< the only key accepted; unset: any that isn't empty
    double speed = 0;  ///< event time runs so many times as fast as the clock; 0: as fast as the socket takes
    std::uint64_t frame_events = 100;  ///< most events in a frame, ≥ 1
    std::int64_t auth_timeout_ms = 10'000;
    std::int64_t slow_consumer_ms = 0;  ///< lag behind event time that ends a connection; 0: any lag is fine
    SimJoin join = SimJoin::kStart;
    SimAtEnd at_end = SimAtEnd::kHold;
    std::vector<SimFault> faults;
};

/// Counts over all connections.
struct SimCounts {
    std::uint64_t connections = 0, authenticated = 0, refused = 0, evicted = 0, slow = 0;
    std::uint64_t requests = 0, frames = 0, events = 0, faults = 0;
    bool tape_finished = false;  ///< a connection got all of the tape under SimAtEnd::kExit
};

/// What connections under SimJoin::kNow share.
struct SimTapePlace {
    std::int64_t start_ms = -1;  ///< when the tape's first event was due; -1: nobody has subscribed yet
    TapeCursor cursor;           ///< the next event of the connection that got farthest
};

/// One client's session with the vendor, as a state machine without sockets or clock: greeting, auth,
/// subscriptions, the tape once a trade subscription is held, and the scripted faults. Texts
/// and silences follow public observations of the vendor; where none exist (the text of `auth_timeout` and
/// `auth_required`) they are invented. A bad key is answered `auth_failed` and the TCP connection dropped.
class SimSession : public WsPeer {
  public:
    /// `config`, `counts` and `place` must outlive the session. `connection` counts from 1.
    SimSession(const SimConfig& config, SimCounts& counts, SimTapePlace& place, unsigned connection,
               std::int64_t now_ms);

    void receive(std::string_view message, std::int64_t now_ms) override;
    WsStep next(std::int64_t now_ms) override;
    [[nodiscard]] bool reading(std::int64_t now_ms) const override;
    [[nodiscard]] bool given_up(std::int64_t now_ms) const override;

    [[nodiscard]] bool authenticated() const { return state_ == State::kAuthenticated; }
    /// Another connection of the same account took the only slot: `max_connections`, then close 1008, at
    /// once.
    void evict();

  private:
    enum class State { kNew, kAuthenticated, kEnding };
    struct Reply {
        std::int64_t due_ms;
        WsStep step;  // its text is in `text`
        std::string text;
    };

    void on_auth(const std::string& key, std::int64_t now_ms);
    void answer(std::int64_t now_ms, const std::vector<std::string>& objects);
    void answer_status(std::int64_t now_ms, std::string_view status, std::string_view message);
    void end_with(std::int64_t now_ms, const WsStep& step);
    WsStep next_reply(std::int64_t now_ms);
    WsStep next_events(std::int64_t now_ms);
    WsStep at_tape_end(std::int64_t now_ms);

    void start_tape(std::int64_t now_ms);
    /// Steps to the next line, for this connection and for who joins later.
    void advance();

    [[nodiscard]] bool fault_due() const { return !faults_.empty() && faults_.front().event <= sent_; }
    WsStep fire(std::int64_t now_ms);
    WsStep fire_status(const std::string& status, std::int64_t now_ms);
    void queue_garbage(const std::string& variant, std::int64_t now_ms);
    WsStep mixed_frame(std::int64_t now_ms);

    /// Fills frame_ with up to `limit` due events; returns how many. Stops after looking at many unwanted
    /// lines.
    std::uint64_t fill_frame(std::uint64_t limit, std::int64_t now_ms);
    /// The next wanted event whether it is due or not, or empty at the end; counts as sent.
    std::string_view take_event();
    [[nodiscard]] std::int64_t due_ms(std::string_view line) const;

    const SimConfig& config_;
    SimCounts& counts_;
    SimTapePlace& place_;
    State state_ = State::kNew;
    std::deque<SimFault> faults_;
    std::deque<Reply> replies_;
    SimSubscriptions subscriptions_;
    TapeCursor cursor_;
    std::string reply_;
    std::string frame_;
    std::uint64_t sent_ = 0;  ///< events of this connection
    std::int64_t auth_deadline_ms_;
    std::int64_t answer_delay_ms_ = 0;
    std::int64_t stalled_until_ms_ = 0;
    std::int64_t tape_start_ms_ = -1;  ///< when the first event was due; -1: not subscribed yet
    std::int64_t tape_first_t_ = 0;
    bool refuse_auth_ = false;
    bool refuse_first_ = false;  ///< the next subscription is answered "not authorized"
    bool silent_ = false;
    bool deaf_ = false;
};

}  // namespace pulse
