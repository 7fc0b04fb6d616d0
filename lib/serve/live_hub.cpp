#include "serve/live_hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace pulse::serve {

namespace {

constexpr std::string_view kReload =
    R"({"reason":"what was missed is not remembered or too long: fetch again what you show"})";

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

LiveHub::Piece piece(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

std::string text_of(const EventId& id) {
    return fmt::format("{}-{}", id.batch, id.index);
}

std::optional<EventId> parse_event_id(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto batch = number(text.substr(0, dash));
    const auto index = number(text.substr(dash + 1));
    if (!batch || !index) return std::nullopt;
    return EventId{*batch, *index};
}

std::string event_text(const EventId* id, std::string_view name, std::string_view json) {
    std::string text;
    if (id != nullptr) text = "id: " + text_of(*id) + "\n";
    return text + fmt::format("event: {}\ndata: {}\n\n", name, json);
}

bool LiveHub::concerns(const LiveEvent& event, const flow::TradeFilter& filter) {
    return !event.trade || filter.matches(*event.trade);
}

LiveHub::Group& LiveHub::group_of(const flow::TradeFilter& filter) {
    auto [at, added] = groups_.try_emplace(filter.canonical());
    if (added) {
        at->second.filter = filter;
        // A cancelled print still belongs to those who saw it.
        at->second.filter.cancelled = true;
    }
    return at->second;
}

void LiveHub::add(Client client, const flow::TradeFilter& filter, const std::optional<EventId>& last) {
    clients_[client] = filter.canonical();
    Waiting added{client, filter, last};
    if (open_)
        join(added);
    else
        waiting_.push_back(std::move(added));
}

void LiveHub::join(const Waiting& client) {
    Group& group = group_of(client.filter);
    group.clients.push_back(client.client);
    if (!client.last) return;
    if (const Piece missed = missed_since(*client.last, group)) send_(client.client, missed);
}

// Null: nothing.
LiveHub::Piece LiveHub::missed_since(const EventId& last, Group& group) const {
    // An id from the future is one of another database.
    if (last < forgotten_ || last.batch > through_) return reload();
    if (events_.empty() || events_.back().id <= last) return nullptr;
    if (group.missed_after == last && group.missed_through == events_.back().id)
        if (Piece same = group.missed.lock()) return same;
    std::string text;
    for (const LiveEvent& event : events_) {
        if (event.id <= last || !concerns(event, group.filter)) continue;
        text += event.text;
        if (text.size() > limits_.missed_bytes) return reload();
    }
    if (text.empty()) return nullptr;
    Piece missed = piece(std::move(text));
    group.missed_after = last;
    group.missed_through = events_.back().id;
    group.missed = missed;
    return missed;
}

// With the place behind all that was told: without it a client would come back to the same `reload`.
LiveHub::Piece LiveHub::reload() const {
    const EventId now{through_, kAfterAll};
    return piece(event_text(&now, "reload", kReload));
}

void LiveHub::remove(Client client) {
    const auto known = clients_.find(client);
    if (known == clients_.end()) return;
    std::erase_if(waiting_, [client](const Waiting& one) { return one.client == client; });
    if (const auto group = groups_.find(known->second); group != groups_.end()) {
        std::erase(group->second.clients, client);
        if (group->second.clients.empty()) groups_.erase(group);
    }
    clients_.erase(known);
}

std::optional<EventId> LiveHub::position() const {
    if (!open_) return std::nullopt;
    return EventId{through_, kAfterAll};
}

void LiveHub::open(std::int64_t after, std::string_view status) {
    open_ = true;
    const EventId begin{after, kAfterAll};
    const Piece hello = piece("id: " + text_of(begin) + "\n" + std::string(status));
    for (Waiting& client : std::exchange(waiting_, {})) {
        if (!client.last) {
            send_(client.client, hello);
            client.last = begin;
        }
        join(client);
    }
}

void LiveHub::tell(std::vector<LiveEvent> events, std::int64_t through) {
    for (auto& [name, group] : groups_) {
        std::string text;
        for (const LiveEvent& event : events)
            if (concerns(event, group.filter)) text += event.text;
        if (text.empty()) continue;
        const Piece shared = piece(std::move(text));
        for (const Client client : group.clients) send_(client, shared);
    }
    remember(std::move(events), through);
}

void LiveHub::remember(std::vector<LiveEvent> events, std::int64_t through) {
    for (LiveEvent& event : events) events_.push_back(std::move(event));
    while (events_.size() > limits_.events) {
        forgotten_ = events_.front().id;
        events_.pop_front();
    }
    through_ = std::max(through_, through);
}

void LiveHub::tell_all(std::string text) {
    const Piece shared = piece(std::move(text));
    for (const auto& [client, group] : clients_) send_(client, shared);
}

void LiveHub::begin_after(std::int64_t batch, std::int64_t through) {
    events_.clear();
    through_ = through;
    forgotten_ = {batch, kAfterAll};
    const Piece shared = reload();
    for (auto& [name, group] : groups_) {
        group.missed.reset();  // another database may use its ids again
        for (const Client client : group.clients) send_(client, shared);
    }
}

}  // namespace pulse::serve
