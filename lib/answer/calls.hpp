#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/parameters.hpp"
#include "flow/summary.hpp"
#include "flow/trade_filter.hpp"
#include "flow/trades.hpp"
#include "market/calendar.hpp"

namespace pulse::answer {

using flow::Parameters;

/// The questions that people and programs may ask, as read from their parameters. The readers throw
/// flow::ParameterError: also for a name that the route doesn't know.

struct TradesCall {
    flow::TradeFilter filter;
    int limit = 50;  ///< 1 … 1000
    std::optional<flow::Cursor> after;
    flow::TradeFields fields;
    std::size_t max_bytes = 0;  ///< of the whole answer; 0: no limit
};
TradesCall read_trades_call(const Parameters& parameters);

struct SummaryCall {
    flow::SummaryQuestion question;
    bool newest_day = false;  ///< no time range was given, and none is set
};
/// `now_ms`: where a period without an end ends. A period has at most 400 days and 2,000 steps of by_time.
SummaryCall read_summary_call(const Parameters& parameters, std::int64_t now_ms);

struct CoverageCall {
    std::vector<std::string> tickers;  ///< empty: those that are watched
    std::vector<Session> sessions;     ///< ascending
};
/// `now_ms`: the sessions asked for end with the last one that has begun.
CoverageCall read_coverage_call(const Parameters& parameters, std::int64_t now_ms);

/// The filter of an event stream: everything but the time range and `cancelled`.
flow::TradeFilter read_stream_call(const Parameters& parameters);

/// For routes without parameters.
void refuse_parameters(const Parameters& parameters);

}  // namespace pulse::answer
