#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "flow/parameters.hpp"
#include "flow/trade_filter.hpp"
#include "market/date.hpp"
#include "market/decimal.hpp"

namespace pulse::serve {

/// What is looked for once and for everybody: the widest question a listener may ask.
inline constexpr double kWidestP = 0.01;
inline constexpr int kMostSignals = 200;
inline constexpr double kUsualP = 0.001;
inline constexpr std::int64_t kUsualCooldownMs = 30 * 60'000;

/// A contract that trades unusually, as it stood when it was looked at.
struct SeenSignal {
    flow::StoredTrade contract;  ///< its symbol, ticker, side, strike, expiry and dte; premium of the cluster
    Day session{};
    double p = 1;
    std::int64_t last_ms = 0;   ///< last print of the cluster, Unix ms
    std::int64_t known_ms = 0;  ///< when it could be known, Unix ms
    std::string json;           ///< what is told of it
};

/// Its place among others: `<known_ms>-<symbol>`.
std::string id_of(const SeenSignal& signal);

/// Which signals somebody wants to hear of.
struct SignalFilter {
    flow::TradeFilter contracts;  ///< ticker, side, max_dte; min_premium is about the cluster
    double max_p = kUsualP;

    [[nodiscard]] bool matches(const SeenSignal& signal) const;
    /// Equal for filters that select the same signals.
    [[nodiscard]] std::string canonical() const;
};

/// ticker, side, min_premium, max_dte, max_p (at most kWidestP). Throws flow::ParameterError.
SignalFilter read_signal_filter(const flow::Parameters& parameters);

/// Decides what is news to a listener. A contract is told once a session, and again only when its cluster has
/// grown and at least the cooldown of event time lies between the last prints: while a cluster grows, each
/// look would find it again. Depends on nothing but what it was given, in that order.
class SignalNews {
  public:
    explicit SignalNews(SignalFilter filter, std::int64_t cooldown_ms = kUsualCooldownMs)
        : filter_(std::move(filter)), cooldown_ms_(cooldown_ms) {}

    /// True when the listener wants to hear of it now; it then counts as told.
    bool take(const SeenSignal& signal);
    /// It counts as told, whether news or not.
    void remember(const SeenSignal& signal);
    [[nodiscard]] const SignalFilter& filter() const { return filter_; }

  private:
    struct Told {
        std::int64_t last_ms = 0;
        Decimal premium;
    };
    void begin(Day session);

    SignalFilter filter_;
    std::int64_t cooldown_ms_;
    Day session_{};
    std::unordered_map<std::string, Told> told_;  ///< by symbol, of the session
};

}  // namespace pulse::serve
