#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "answer/calls.hpp"
#include "flow/snapshot.hpp"
#include "store/connection.hpp"

namespace pulse::answer {

using flow::Snapshot;

/// The bodies of the routes' answers. `tickers`: those that are watched, for questions that name none;
/// `snapshot`: read before the trades were, so that what it calls known is in them. What they say of the feed
/// is of its time: the same trades and the same snapshot give the same answer. Those that take a connection
/// throw DbError.

std::string trades_answer(store::Connection& connection, const TradesCall& call, const Snapshot& snapshot,
                          const std::vector<std::string>& tickers);

/// The time that a page speaks about: it holds every matching trade of it that is known. `more`: others
/// follow on the next page.
TimeRange span_of(const TradesCall& call, const std::vector<flow::StoredTrade>& trades, bool more,
                  const Snapshot& snapshot);

std::string summary_answer(store::Connection& connection, SummaryCall call, const Snapshot& snapshot,
                           const std::vector<std::string>& tickers);

std::string coverage_answer(const CoverageCall& call, const Snapshot& snapshot,
                            const std::vector<std::string>& tickers);

}  // namespace pulse::answer
