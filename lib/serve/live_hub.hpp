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
/// where it was. Pure: what is sent goes through `send`. Not thread-safe.
class LiveHub {
  public:
    using Client = std::uint64_t;
    using Piece = std::shared_ptr<const std::string>;
    using Send = std::function<void(Client, Piece)>;

    /// `kept`: how many events are remembered.
    explicit LiveHub(Send send, std::size_t kept = 5000) : send_(std::move(send)), kept_(kept) {}

    /// Adds a client and tells it what it missed since `last`: the events after it that match, or `reload`
    /// when they aren't remembered any more. Without `last` it begins with what comes next.
    void add(Client client, const flow::TradeFilter& filter, const std::optional<EventId>& last);
    void remove(Client client);
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    /// The place of a client that has seen everything told so far.
    [[nodiscard]] EventId position() const { return {through_, kAfterAll}; }

    /// Events of whole batches, in order. `through`: the newest batch they stand for, also when it had none.
    void tell(std::vector<LiveEvent> events, std::int64_t through);
    /// The same text for everybody; not remembered.
    void tell_all(std::string text);
    /// Nothing is known of batches up to and including `batch`: who saw less must reload. Before the first
    /// tell().
    void begin_after(std::int64_t batch);
    /// Forgets everything and tells everybody to reload: batches may have been missed.
    void interrupt(std::int64_t batch);

  private:
    static constexpr std::int64_t kAfterAll = 999'999'999;  ///< more events than a batch has
    struct Group {  // clients with the same question: they get the same text
        flow::TradeFilter filter;
        std::vector<Client> clients;
    };
    Group& group_of(const flow::TradeFilter& filter);
    static bool concerns(const LiveEvent& event, const flow::TradeFilter& filter);

    Send send_;
    std::size_t kept_;
    std::deque<LiveEvent> events_;
    EventId forgotten_;                              ///< everything after this is in events_
    std::int64_t through_ = 0;                       ///< newest batch told
    std::unordered_map<std::string, Group> groups_;  ///< by the filter's canonical text
    std::unordered_map<Client, std::string> clients_;
};

}  // namespace pulse::serve
