#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/trade_filter.hpp"

namespace pulse::serve {

/// The place of an event in the stream, as `id:` says it: `812-3` is the third event of batch 812.
struct EventId {
    std::int64_t batch = 0;
    std::int64_t index = 0;
    friend auto operator<=>(const EventId&, const EventId&) = default;
};
std::string text_of(const EventId& id);
/// Nothing for a text that is no id.
std::optional<EventId> parse_event_id(std::string_view text);

/// Something that clients are told.
struct LiveEvent {
    EventId id;
    /// The trade it is about; nothing for events that concern everybody.
    std::optional<flow::StoredTrade> trade;
    std::string text;  ///< as it goes over the wire, with the empty line
};

/// `id:`, `event:` and `data:` lines and the empty line. Without an id when `id` is null.
std::string event_text(const EventId* id, std::string_view name, std::string_view json);

/// Knows who listens to what and which events were told lately, so that a client that comes back goes on
/// where it was. Clients that come before open() wait: what happened before this process began must be
/// remembered first, or the old would be told to them as news. Pure: what is sent goes through `send`. Not
/// thread-safe.
class LiveHub {
  public:
    using Client = std::uint64_t;
    using Piece = std::shared_ptr<const std::string>;
    using Send = std::function<void(Client, Piece)>;

    static constexpr std::size_t kEventsKept = 5000;
    struct Limits {
        std::size_t events = kEventsKept;      ///< remembered
        std::size_t missed_bytes = 256 << 10;  ///< told to one that comes back; more is a `reload`
    };
    explicit LiveHub(Send send, Limits limits) : send_(std::move(send)), limits_(limits) {}

    /// Adds a client and tells it what it missed since `last`: the events after it that match, or `reload`
    /// when they aren't remembered any more or are too many. Without `last` it begins with what comes next.
    /// All of that at open() when it comes before.
    void add(Client client, const flow::TradeFilter& filter, const std::optional<EventId>& last);
    void remove(Client client);
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    /// The place of a client that has seen everything told so far. Nothing before open().
    [[nodiscard]] std::optional<EventId> position() const;

    /// Those who waited go on: the ones without a `last` behind batch `after`, and as they may get no event
    /// before their line breaks, they are told that place with `status`, the text of an event without id.
    void open(std::int64_t after, std::string_view status);
    /// Events of whole batches, in order. `through`: the newest batch they stand for, also when it had none.
    void tell(std::vector<LiveEvent> events, std::int64_t through);
    /// Events that nobody is told, but for those who come back later.
    void remember(std::vector<LiveEvent> events, std::int64_t through);
    /// The same text for everybody; not remembered.
    void tell_all(std::string text);
    /// Forgets everything: of batches up to and including `batch` nothing is known. Who listens is told to
    /// reload, and later who comes back having seen less. Batches up to `through` may be remembered next;
    /// they are stored, so who reloads has them.
    void begin_after(std::int64_t batch, std::int64_t through);

  private:
    static constexpr std::int64_t kAfterAll = 999'999'999;  ///< more events than a batch has
    struct Group {  // clients with the same question: they get the same text
        flow::TradeFilter filter;
        std::vector<Client> clients;
        // What the last one that came back had missed: after a restart they come all at once.
        EventId missed_after, missed_through;
        std::weak_ptr<const std::string> missed;
    };
    struct Waiting {
        Client client = 0;
        flow::TradeFilter filter;
        std::optional<EventId> last;
    };
    Group& group_of(const flow::TradeFilter& filter);
    void join(const Waiting& client);
    Piece missed_since(const EventId& last, Group& group) const;
    [[nodiscard]] Piece reload() const;
    static bool concerns(const LiveEvent& event, const flow::TradeFilter& filter);

    Send send_;
    Limits limits_;
    bool open_ = false;
    std::vector<Waiting> waiting_;  ///< until open(); in no group
    std::deque<LiveEvent> events_;
    EventId forgotten_;                              ///< everything after this is in events_
    std::int64_t through_ = 0;                       ///< newest batch told
    std::unordered_map<std::string, Group> groups_;  ///< by the filter's canonical text
    std::unordered_map<Client, std::string> clients_;
};

}  // namespace pulse::serve
