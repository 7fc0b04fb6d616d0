#include "serve/live_hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pulse::serve {

namespace {

constexpr std::string_view kReload =
    "event: reload\ndata: {\"reason\":\"what was missed is not remembered: fetch again what you show\"}\n\n";

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
    Group& group = group_of(filter);
    group.clients.push_back(client);
    clients_[client] = filter.canonical();
    if (!last) return;
    // An id from the future is one of another database.
    if (*last < forgotten_ || last->batch > through_) {
        send_(client, piece(std::string(kReload)));
        return;
    }
    std::string missed;
    for (const LiveEvent& event : events_)
        if (event.id > *last && concerns(event, group.filter)) missed += event.text;
    if (!missed.empty()) send_(client, piece(std::move(missed)));
}

void LiveHub::remove(Client client) {
    const auto known = clients_.find(client);
    if (known == clients_.end()) return;
    const auto group = groups_.find(known->second);
    std::erase(group->second.clients, client);
    if (group->second.clients.empty()) groups_.erase(group);
    clients_.erase(known);
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
    for (LiveEvent& event : events) events_.push_back(std::move(event));
    while (events_.size() > kept_) {
        forgotten_ = events_.front().id;
        events_.pop_front();
    }
    through_ = std::max(through_, through);
}

void LiveHub::tell_all(std::string text) {
    const Piece shared = piece(std::move(text));
    for (const auto& [client, group] : clients_) send_(client, shared);
}

void LiveHub::begin_after(std::int64_t batch) {
    events_.clear();
    forgotten_ = {batch + 1, 0};  // every event has an index from 1, so this is before the next batch's first
    through_ = batch;
}

void LiveHub::interrupt(std::int64_t batch) {
    begin_after(batch);
    tell_all(std::string(kReload));
}

}  // namespace pulse::serve
