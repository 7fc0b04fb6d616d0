#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "serve/calls.hpp"
#include "serve/live_reader.hpp"
#include "serve/readiness.hpp"
#include "store/connection.hpp"

namespace pulse::serve {

/// The bodies of the routes' answers. `tickers`: those that are watched, for questions that name none;
/// `snapshot`: read before the trades were, so that what it calls known is in them. Those that take a
/// connection throw DbError.

std::string trades_answer(store::Connection& connection, const TradesCall& call, const Snapshot& snapshot,
                          const std::vector<std::string>& tickers, std::int64_t now_ms);

std::string summary_answer(store::Connection& connection, SummaryCall call, const Snapshot& snapshot,
                           const std::vector<std::string>& tickers, std::int64_t now_ms);

std::string coverage_answer(const CoverageCall& call, const Snapshot& snapshot,
                            const std::vector<std::string>& tickers, std::int64_t now_ms);

std::string readiness_answer(const Readiness& readiness);

/// The data of a `status` event; `snapshot` is null when nothing was read yet.
std::string status_json(FeedStatus status, const Snapshot* snapshot, std::int64_t now_ms);

}  // namespace pulse::serve
