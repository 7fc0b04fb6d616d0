#include "serve/signal_look.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "flow/known_time.hpp"
#include "market/new_york.hpp"

namespace pulse::serve {

namespace {

SeenSignal seen(const flow::Signal& signal, Day session, const flow::Snapshot& snapshot) {
    SeenSignal out;
    out.contract.option_symbol = signal.cluster.option_symbol;
    out.contract.ticker = signal.cluster.ticker;
    out.contract.side = signal.cluster.side;
    out.contract.strike = signal.cluster.strike;
    out.contract.expiry = signal.cluster.expiry;
    out.contract.dte = signal.cluster.dte;
    out.contract.premium = signal.cluster.premium;
    out.session = session;
    out.p = signal.cluster.score.p.value_or(1);
    out.last_ms = signal.cluster.last_ms;
    out.known_ms = signal.known_ms;
    out.json = signal_json(signal, snapshot);
    return out;
}

}  // namespace

std::string signal_json(const flow::Signal& signal, const flow::Snapshot& snapshot) {
    const auto& cluster = signal.cluster;
    const Day day = NewYorkClock().date_of(cluster.from_ms);
    const auto known = flow::known_of(snapshot.coverage, cluster.ticker, sessions_between(day, day),
                                      {cluster.from_ms, cluster.to_ms - 1}, flow::horizon_ms(snapshot.feed));
    std::string text;
    flow::append_json(text, cluster);
    text.pop_back();
    const auto& delay_ms = snapshot.feed.delay_ms;
    text +=
        fmt::format(R"(,"known_at":"{}","coverage_state":"{}","feed_delay_s":{},"simulated":{}}})",
                    rfc3339_ms(signal.known_ms), flow::name_of(known.knowledge),
                    delay_ms ? std::to_string((*delay_ms + 500) / 1000) : "null", snapshot.feed.simulated);
    return text;
}

std::vector<SeenSignal> look_at_signals(store::Connection& connection, const flow::Snapshot& snapshot,
                                        const std::vector<std::string>& watched) {
    flow::SignalsQuestion question;
    question.session = last_session(flow::market_now_ms(snapshot.feed) - 1).date;
    question.max_p = kWidestP;
    question.limit = kMostSignals;
    const auto found = flow::read_signals(connection, question, snapshot, watched);
    std::vector<SeenSignal> signals;
    for (const auto& signal : found.signals) signals.push_back(seen(signal, question.session, snapshot));
    return signals;
}

}  // namespace pulse::serve
