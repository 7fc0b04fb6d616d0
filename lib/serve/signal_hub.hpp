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

#include "serve/signal_news.hpp"

namespace pulse::serve {

/// Tells listeners of signals: each group of equal questions has its own memory of what is news, because a
/// contract that was too small or too ordinary for one may have been told to another. Keeps what was told
/// lately, so that a client that comes back hears what it missed. Clients that come before begin() wait for
/// it. Pure: what is sent goes through `send`. Not thread-safe.
class SignalHub {
  public:
    using Client = std::uint64_t;
    using Piece = std::shared_ptr<const std::string>;
    using Send = std::function<void(Client, Piece)>;

    static constexpr std::size_t kEventsKept = 1000;
    struct Limits {
        std::size_t events = kEventsKept;      ///< remembered
        std::size_t missed_bytes = 256 << 10;  ///< told to one that comes back; more is a `reload`
    };
    explicit SignalHub(Send send) : SignalHub(std::move(send), Limits()) {}
    SignalHub(Send send, Limits limits);

    /// Adds a client. `last`: the id it saw last; empty or no id of ours: it begins with what comes next.
    void add(Client client, SignalFilter filter, std::string_view last);
    void remove(Client client);
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    /// The id of one that has heard everything so far. Nothing before begin().
    [[nodiscard]] std::optional<std::string> position() const;

    /// What is there already: remembered, not told. `hello` is told, with their place, to those who waited
    /// and brought no id. Later calls do nothing.
    void begin(const std::vector<SeenSignal>& now, std::string_view hello);
    [[nodiscard]] bool begun() const { return begun_; }
    /// What there is now, in any order. Gives how many signals were news to anybody.
    std::size_t look(const std::vector<SeenSignal>& now);
    /// The same text for everybody; not remembered.
    void tell_all(std::string text);

  private:
    struct Place {
        std::int64_t known_ms = 0;
        std::string symbol;
        friend auto operator<=>(const Place&, const Place&) = default;
    };
    struct Event {
        SeenSignal signal;
        std::string text;  ///< as it goes over the wire, with the empty line
    };
    struct Group {
        SignalNews news;
        std::vector<Client> clients;
    };
    struct Waiting {
        Client client = 0;
        SignalFilter filter;
        std::string last;
    };
    static Place place_of(const SeenSignal& signal);
    static std::optional<Place> parse_place(std::string_view id);
    void join(const Waiting& client);
    Group& group_of(const SignalFilter& filter);
    [[nodiscard]] std::string missed_since(const Place& last, const SignalFilter& filter) const;
    [[nodiscard]] std::string reload() const;
    void keep(const SeenSignal& signal, std::string text);

    Send send_;
    Limits limits_;
    bool begun_ = false;
    std::vector<Waiting> waiting_;
    std::vector<SeenSignal> current_;  ///< of the newest look, in the order of their places
    std::deque<Event> events_;         ///< in the order they were told
    std::optional<Place> forgotten_;   ///< the last place among what isn't remembered any more
    // These listen always, so that what they tell is remembered also while nobody is there.
    SignalNews widest_;
    SignalNews usual_;
    std::unordered_map<std::string, Group> groups_;  ///< by the filter's canonical text
    std::unordered_map<Client, std::string> clients_;
};

}  // namespace pulse::serve
