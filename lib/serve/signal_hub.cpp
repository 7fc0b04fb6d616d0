#include "serve/signal_hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace pulse::serve {

namespace {

constexpr std::string_view kReload =
    R"({"reason":"what was missed is not remembered or too long: fetch the signals again"})";

SignalHub::Piece piece(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

std::string text_of(const SeenSignal& signal) {
    return fmt::format("id: {}\nevent: signal\ndata: {}\n\n", id_of(signal), signal.json);
}

SignalFilter widest() {
    return {.contracts = {}, .max_p = kWidestP};
}

}  // namespace

SignalHub::SignalHub(Send send, Limits limits)
    : send_(std::move(send)), limits_(limits), widest_(widest()), usual_(SignalFilter()) {}

SignalHub::Place SignalHub::place_of(const SeenSignal& signal) {
    return {signal.known_ms, signal.contract.option_symbol};
}

std::optional<SignalHub::Place> SignalHub::parse_place(std::string_view id) {
    const auto dash = id.find('-');
    if (dash == std::string_view::npos || dash == 0) return std::nullopt;
    Place place{0, std::string(id.substr(dash + 1))};
    const auto [end, error] = std::from_chars(id.data(), id.data() + dash, place.known_ms);
    if (error != std::errc() || end != id.data() + dash || place.known_ms < 0) return std::nullopt;
    return place;
}

std::optional<std::string> SignalHub::position() const {
    if (!begun_) return std::nullopt;
    return events_.empty() ? "0-none" : id_of(events_.back().signal);
}

void SignalHub::add(Client client, SignalFilter filter, std::string_view last) {
    clients_[client] = filter.canonical();
    Waiting added{client, std::move(filter), std::string(last)};
    if (begun_)
        join(added);
    else
        waiting_.push_back(std::move(added));
}

SignalHub::Group& SignalHub::group_of(const SignalFilter& filter) {
    auto [at, added] = groups_.try_emplace(filter.canonical(), Group{SignalNews(filter), {}});
    if (added)
        for (const SeenSignal& signal : current_) at->second.news.remember(signal);
    return at->second;
}

void SignalHub::join(const Waiting& client) {
    group_of(client.filter).clients.push_back(client.client);
    const auto last = parse_place(client.last);
    if (!last) return;
    if (std::string missed = missed_since(*last, client.filter); !missed.empty())
        send_(client.client, piece(std::move(missed)));
}

// What a listener with this question would have been told behind `last`, had it stayed.
std::string SignalHub::missed_since(const Place& last, const SignalFilter& filter) const {
    auto seen = std::find_if(events_.begin(), events_.end(),
                             [&](const Event& event) { return place_of(event.signal) == last; });
    const bool exact = seen != events_.end();
    if (!exact && forgotten_ && last < *forgotten_) return reload();
    // An id of an earlier process: the same signal may have another place by now, so times decide.
    const auto is_old = [&](const Event& event) { return !exact && place_of(event.signal) <= last; };
    SignalNews news(filter);
    bool before = exact;
    std::string text;
    for (const Event& event : events_) {
        if (before || is_old(event))
            news.remember(event.signal);
        else if (news.take(event.signal))
            text += event.text;
        if (exact && place_of(event.signal) == last) before = false;
    }
    // What came to match while nobody asked so isn't among the events.
    for (const SeenSignal& signal : current_)
        if (place_of(signal) > last && news.take(signal)) text += text_of(signal);
    return text.size() > limits_.missed_bytes ? reload() : text;
}

std::string SignalHub::reload() const {
    return fmt::format("id: {}\nevent: reload\ndata: {}\n\n", *position(), kReload);
}

void SignalHub::remove(Client client) {
    const auto known = clients_.find(client);
    if (known == clients_.end()) return;
    std::erase_if(waiting_, [client](const Waiting& one) { return one.client == client; });
    if (const auto group = groups_.find(known->second); group != groups_.end()) {
        std::erase(group->second.clients, client);
        if (group->second.clients.empty()) groups_.erase(group);
    }
    clients_.erase(known);
}

void SignalHub::keep(const SeenSignal& signal, std::string text) {
    events_.push_back({signal, std::move(text)});
    if (events_.size() <= limits_.events) return;
    const Place gone = place_of(events_.front().signal);
    forgotten_ = forgotten_ ? std::max(*forgotten_, gone) : gone;
    events_.pop_front();
}

void SignalHub::begin(const std::vector<SeenSignal>& now, std::string_view hello) {
    if (begun_) return;
    current_ = now;
    std::ranges::sort(current_, {}, place_of);
    for (const SeenSignal& signal : current_) {
        widest_.remember(signal);
        usual_.remember(signal);
        keep(signal, text_of(signal));
    }
    begun_ = true;
    const Piece first = piece("id: " + *position() + "\n" + std::string(hello));
    for (const Waiting& client : std::exchange(waiting_, {})) {
        if (!parse_place(client.last)) send_(client.client, first);
        join(client);
    }
}

std::size_t SignalHub::look(const std::vector<SeenSignal>& now) {
    current_ = now;
    std::ranges::sort(current_, {}, place_of);
    std::unordered_map<Group*, std::string> told;
    std::size_t news = 0;
    for (const SeenSignal& signal : current_) {
        const std::string text = text_of(signal);
        const bool wide = widest_.take(signal);
        const bool usual = usual_.take(signal);
        bool anybody = wide || usual;
        for (auto& [name, group] : groups_) {
            if (!group.news.take(signal)) continue;
            told[&group] += text;
            anybody = true;
        }
        if (!anybody) continue;
        ++news;
        keep(signal, text);
    }
    for (auto& [group, text] : told) {
        const Piece shared = piece(std::move(text));
        for (const Client client : group->clients) send_(client, shared);
    }
    return news;
}

void SignalHub::tell_all(std::string text) {
    const Piece shared = piece(std::move(text));
    for (const auto& [client, group] : clients_) send_(client, shared);
}

}  // namespace pulse::serve
