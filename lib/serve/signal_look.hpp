#pragma once

#include <string>
#include <vector>

#include "flow/signals.hpp"
#include "flow/snapshot.hpp"
#include "serve/signal_news.hpp"
#include "store/connection.hpp"

namespace pulse::serve {

/// The signals of the newest session, as wide as anybody may ask (kWidestP, kMostSignals). Throws DbError.
std::vector<SeenSignal> look_at_signals(store::Connection& connection, const flow::Snapshot& snapshot,
                                        const std::vector<std::string>& watched);

/// The signal as the list of signals has it, with what is known of its window beside it, so that it can stand
/// alone: {…,"known_at","coverage_state":"complete|partial|unknown|pending","feed_delay_s":903|null,
/// "simulated":false}
std::string signal_json(const flow::Signal& signal, const flow::Snapshot& snapshot);

}  // namespace pulse::serve
