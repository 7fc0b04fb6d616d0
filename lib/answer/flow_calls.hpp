#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "flow/concentration.hpp"
#include "flow/orders.hpp"
#include "flow/outcomes.hpp"
#include "flow/parameters.hpp"
#include "flow/signals.hpp"
#include "flow/trade_filter.hpp"

namespace pulse::answer {

/// The questions about orders and what they amount to, as read from their parameters. The readers throw
/// flow::ParameterError: also for a name that the question doesn't know, and in words for what no data can
/// tell (direction, sentiment, intent, confidence, prediction).

/// ticker, side, min_premium, max_dte, expiry, strike, since, until, cursor, limit (50; 1 … 1000), max_bytes.
struct OrdersCall {
    flow::TradeFilter filter;
    int limit = 50;
    std::optional<flow::OrderCursor> after;
    std::size_t max_bytes = 0;  ///< of the whole answer; 0: no limit
};
OrdersCall read_orders_call(const flow::Parameters& parameters);

/// ticker, side, min_premium (of a cluster), max_dte, expiry, strike, window (5, 10, 30 minutes), until,
/// limit (20; 1 … 200), max_bytes.
struct ConcentrationCall {
    flow::ConcentrationQuestion question;
    std::optional<std::int64_t>
        until_ms;  ///< default: market_now_ms(); a moment outside market time: the close before it
    std::size_t max_bytes = 0;
};
ConcentrationCall read_concentration_call(const flow::Parameters& parameters);

/// ticker, side, min_premium (of a cluster), max_dte, expiry, strike, date (a session; default the newest),
/// until, max_p (0.001), limit (20; 1 … 200), max_bytes.
struct SignalsCall {
    flow::SignalsQuestion question;
    std::optional<Day> session;
    std::optional<std::int64_t> until_ms;
    std::size_t max_bytes = 0;
};
SignalsCall read_signals_call(const flow::Parameters& parameters);

/// ticker and side (both required), premium, as_of, days (90; 1 … 400).
struct OutcomesCall {
    flow::OutcomesQuestion question;
    std::optional<std::int64_t> as_of_ms;  ///< default: what could be known now
    int days = 90;
};
OutcomesCall read_outcomes_call(const flow::Parameters& parameters);

/// ticker, side, expiry, strike, window, until.
struct BriefingCall {
    flow::ConcentrationQuestion question;
    std::optional<std::int64_t> until_ms;
};
BriefingCall read_briefing_call(const flow::Parameters& parameters);

}  // namespace pulse::answer
