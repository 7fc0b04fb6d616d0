#pragma once

#include <string>
#include <vector>

#include "answer/flow_calls.hpp"
#include "flow/snapshot.hpp"
#include "store/connection.hpp"

namespace pulse::answer {

/// The bodies of the answers about orders and flow, with a newline at the end; as in answer/answers.hpp. What
/// doesn't fit into max_bytes is left off from the end of its list, and "truncated":true says so.

/// {"orders":[…],"next":cursor|null,"coverage":{…}}
std::string orders_answer(store::Connection& connection, const OrdersCall& call,
                          const flow::Snapshot& snapshot, const std::vector<std::string>& tickers);

/// {"window":{"minutes","from","to"},"clusters":[…],"cluster_count":n,"sides":[{"ticker","side","premium","orders","contracts",
/// "hhi","left_out_premium"}],"coverage":{…}}
std::string concentration_answer(store::Connection& connection, ConcentrationCall call,
                                 const flow::Snapshot& snapshot, const std::vector<std::string>& tickers);

/// {"session":"2025-12-05","signals":[{cluster…,"known_at"}],"contracts":n,"unscored":n,"history_sessions":n,"max_p":0.001,
/// "coverage":{…}}
std::string signals_answer(store::Connection& connection, SignalsCall call, const flow::Snapshot& snapshot,
                           const std::vector<std::string>& tickers);

/// What outcomes_json() gives, and "coverage" of the period.
std::string outcomes_answer(store::Connection& connection, OutcomesCall call, const flow::Snapshot& snapshot,
                            const std::vector<std::string>& tickers);

/// What briefing_json() gives, and "coverage" of the window. The cluster spoken of is the one with the most
/// premium that matches.
std::string briefing_answer(store::Connection& connection, BriefingCall call, const flow::Snapshot& snapshot,
                            const std::vector<std::string>& tickers);

}  // namespace pulse::answer
