#pragma once

#include <string>
#include <vector>

#include "market/calendar.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// One ticker in one session.
struct TickerSession {
    std::string ticker;
    Session session;
};

/// Which of these have trades that make orders but no order at all: in ascending order, their places among
/// `places`. Such trades were stored without order-join (by the basic chain, or before there were orders):
/// coverage says that the trades are known, of the orders nothing is. A trade that makes an order has a
/// premium of $50,000 or more and is neither left out (is_left_out_condition) nor cancelled. To be called in
/// a ReadTransaction. Throws DbError.
std::vector<std::size_t> unjoined_places(store::Connection& connection,
                                         const std::vector<TickerSession>& places);

/// The tickers of these of whose orders in the session nothing is known, in the same order.
std::vector<std::string> unjoined_tickers(store::Connection& connection,
                                          const std::vector<std::string>& tickers, const Session& session);

}  // namespace pulse::flow
