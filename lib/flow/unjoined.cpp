#include "flow/unjoined.hpp"

#include "base/clock.hpp"
#include "embedded/pulse_flow.hpp"
#include "flow/trade_sql.hpp"
#include "market/conditions.hpp"

namespace pulse::flow {

namespace {

/// The vendor's ids are smaller.
constexpr int kMostConditions = 400;

std::string left_out_conditions() {
    std::vector<int> ids;
    for (int id = 0; id < kMostConditions; ++id)
        if (is_left_out_condition(id)) ids.push_back(id);
    return number_array(ids);
}

}  // namespace

std::vector<std::size_t> unjoined_places(store::Connection& connection,
                                         const std::vector<TickerSession>& places) {
    if (places.empty()) return {};
    std::vector<std::string> tickers, opens, closes;
    for (const TickerSession& place : places) {
        tickers.push_back(place.ticker);
        opens.push_back(rfc3339_ms(place.session.open_ms));
        closes.push_back(rfc3339_ms(place.session.close_ms));
    }
    Statement statement(sql::unjoined_sql);
    statement.fill_in(":tickers", statement.bind(text_array(tickers), "text[]"));
    statement.fill_in(":opens", statement.bind(text_array(opens), "timestamptz[]"));
    statement.fill_in(":closes", statement.bind(text_array(closes), "timestamptz[]"));
    statement.fill_in(":left_out", statement.bind(left_out_conditions(), "smallint[]"));
    const store::Result rows = statement.run(connection);
    std::vector<std::size_t> found;
    for (int row = 0; row < rows.rows(); ++row)
        found.push_back(static_cast<std::size_t>(rows.integer(row, 0) - 1));
    return found;
}

std::vector<std::string> unjoined_tickers(store::Connection& connection,
                                          const std::vector<std::string>& tickers, const Session& session) {
    std::vector<TickerSession> places;
    for (const std::string& ticker : tickers) places.push_back({ticker, session});
    std::vector<std::string> found;
    for (const std::size_t place : unjoined_places(connection, places)) found.push_back(tickers[place]);
    return found;
}

}  // namespace pulse::flow
