#include "serve/signal_news.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "answer/call_parts.hpp"
#include "answer/flow_calls.hpp"

namespace pulse::serve {

std::string id_of(const SeenSignal& signal) {
    return fmt::format("{}-{}", signal.known_ms, signal.contract.option_symbol);
}

bool SignalFilter::matches(const SeenSignal& signal) const {
    return signal.p <= max_p && contracts.matches(signal.contract);
}

std::string SignalFilter::canonical() const {
    return fmt::format("{};max_p={}", contracts.canonical(), max_p);
}

SignalFilter read_signal_filter(const flow::Parameters& parameters) {
    static constexpr std::array<std::string_view, 5> kNames{"ticker", "side", "min_premium", "max_dte",
                                                            "max_p"};
    for (const auto& [name, value] : parameters)
        if (std::ranges::find(kNames, name) == kNames.end())
            answer::refuse(name, "as events ticker, side, min_premium, max_dte, max_p");
    const auto call = answer::read_signals_call(parameters);
    if (call.question.max_p > kWidestP)
        throw flow::ParameterError("max_p", fmt::format("a stream's max_p is {} at most", kWidestP));
    return {call.question.filter, call.question.max_p};
}

void SignalNews::begin(Day session) {
    session_ = session;
    told_.clear();
}

bool SignalNews::take(const SeenSignal& signal) {
    if (!filter_.matches(signal) || signal.session < session_) return false;
    if (signal.session > session_) begin(signal.session);
    const auto [at, added] = told_.try_emplace(signal.contract.option_symbol);
    Told& told = at->second;
    const bool again =
        !added && signal.contract.premium > told.premium && signal.last_ms >= told.last_ms + cooldown_ms_;
    if (!added && !again) return false;
    told = {signal.last_ms, signal.contract.premium};
    return true;
}

void SignalNews::remember(const SeenSignal& signal) {
    if (!filter_.matches(signal) || signal.session < session_) return;
    if (signal.session > session_) begin(signal.session);
    told_[signal.contract.option_symbol] = {signal.last_ms, signal.contract.premium};
}

}  // namespace pulse::serve
