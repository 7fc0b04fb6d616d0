#include "flow/outcomes_events.hpp"

#include "base/clock.hpp"
#include "embedded/pulse_flow.hpp"
#include "flow/result_values.hpp"
#include "flow/trade_sql.hpp"

namespace pulse::flow {

namespace {

/// Columns of events.sql.
enum Column : int {
    kColSession,
    kColSymbol,
    kColFrom,
    kColTo,
    kColFirst,
    kColLast,
    kColStrike,
    kColExpiry,
    kColDte,
    kColPremium,
    kColOrders,
    kColPrints,
    kColSize,
    kColExchanges,
    kColLeftOut,
    kColAuction
};

int int_in(const store::Result& rows, int row, Column column) {
    return static_cast<int>(rows.integer(row, column));
}

Cluster read_cluster(const store::Result& rows, int row, const EventSource& source) {
    Cluster cluster;
    cluster.option_symbol = rows.text(row, kColSymbol);
    cluster.ticker = source.ticker;
    cluster.side = source.side;
    cluster.strike = decimal_in(rows, row, kColStrike);
    cluster.expiry = int_in(rows, row, kColExpiry);
    cluster.dte = int_in(rows, row, kColDte);
    cluster.from_ms = rows.integer(row, kColFrom);
    cluster.to_ms = rows.integer(row, kColTo);
    cluster.first_ms = rows.integer(row, kColFirst);
    cluster.last_ms = rows.integer(row, kColLast);
    cluster.premium = decimal_in(rows, row, kColPremium);
    cluster.orders = rows.integer(row, kColOrders);
    cluster.prints = rows.integer(row, kColPrints);
    cluster.size = rows.integer(row, kColSize);
    cluster.exchanges = int_in(rows, row, kColExchanges);
    cluster.left_out = decimal_in(rows, row, kColLeftOut);
    cluster.auction = decimal_in(rows, row, kColAuction);
    return cluster;
}

// What both statements about sessions need.
store::Result run(store::Connection& connection, std::string_view sql, const EventSource& source,
                  const std::vector<Session>& sessions) {
    std::vector<std::string> opens, closes;
    for (const Session& session : sessions) {
        opens.push_back(rfc3339_ms(session.open_ms));
        closes.push_back(rfc3339_ms(session.close_ms));
    }
    Statement statement(sql);
    statement.fill_in(":opens", statement.bind(text_array(opens), "timestamptz[]"));
    statement.fill_in(":closes", statement.bind(text_array(closes), "timestamptz[]"));
    statement.fill_in(":ticker", statement.bind(source.ticker, "text"));
    statement.fill_in(":side", statement.bind(std::string(side_name(source.side)), "text"));
    statement.fill_in(":known", statement.bind_ms(source.last_ms));
    return statement.run(connection);
}

}  // namespace

std::vector<FlowEvent> read_events(store::Connection& connection, const EventSource& source,
                                   const std::vector<Session>& sessions) {
    const store::Result rows = run(connection, sql::events_sql, source, sessions);
    std::vector<FlowEvent> events;
    for (int row = 0; row < rows.rows(); ++row) {
        FlowEvent event;
        event.session = sessions[static_cast<std::size_t>(rows.integer(row, kColSession) - 1)].date;
        event.cluster = read_cluster(rows, row, source);
        events.push_back(std::move(event));
    }
    return events;
}

std::optional<Session> newest_with_event(store::Connection& connection, const EventSource& source,
                                         const std::vector<Session>& sessions) {
    const store::Result rows = run(connection, sql::newest_event_sql, source, sessions);
    if (rows.rows() == 0) return std::nullopt;
    return sessions[static_cast<std::size_t>(rows.integer(0, 0) - 1)];
}

std::map<Day, Bar> read_bars(store::Connection& connection, const std::string& ticker, Day first, Day last) {
    Statement statement(sql::bars_sql);
    statement.fill_in(":ticker", statement.bind(ticker, "text"));
    statement.fill_in(":first", statement.bind(date_text(first), "date"));
    statement.fill_in(":last", statement.bind(date_text(last), "date"));
    const store::Result rows = statement.run(connection);
    std::map<Day, Bar> bars;
    for (int row = 0; row < rows.rows(); ++row) {
        const auto open = parse_decimal(rows.text(row, 1)), close = parse_decimal(rows.text(row, 2));
        if (open && close) bars.emplace(static_cast<Day>(rows.integer(row, 0)), Bar{*open, *close});
    }
    return bars;
}

}  // namespace pulse::flow
