#include "flow/cluster_reader.hpp"

#include <cstdlib>

#include "embedded/pulse_flow.hpp"
#include "flow/order_query.hpp"
#include "flow/result_values.hpp"
#include "flow/trade_sql.hpp"

namespace pulse::flow {

namespace {

constexpr int kMostHits = 10;

template <typename Get>
std::string numbers(const std::vector<FlowPlace>& places, const Get& get) {
    std::vector<std::int64_t> values;
    for (const FlowPlace& place : places) values.push_back(get(place));
    return number_array(values);
}

template <typename Get>
std::string texts(const std::vector<FlowPlace>& places, const Get& get) {
    std::vector<std::string> values;
    for (const FlowPlace& place : places) values.emplace_back(get(place));
    return text_array(values);
}

void bind_places(Statement& statement, const std::vector<FlowPlace>& places) {
    statement.fill_in(":tickers",
                      statement.bind(texts(places, [](const FlowPlace& p) { return p.ticker; }), "text[]"));
    statement.fill_in(
        ":sides",
        statement.bind(texts(places, [](const FlowPlace& p) { return side_name(p.side); }), "text[]"));
    statement.fill_in(
        ":los", statement.bind(numbers(places, [](const FlowPlace& p) { return p.from_ms; }), "bigint[]"));
    statement.fill_in(
        ":his", statement.bind(numbers(places, [](const FlowPlace& p) { return p.to_ms; }), "bigint[]"));
}

Statement window_statement(std::string_view tail, const std::vector<FlowPlace>& places) {
    Statement statement(sql::window_contracts_sql);
    statement += tail;
    bind_places(statement, places);
    return statement;
}

std::string cluster_conditions(Statement& statement, const std::vector<FlowPlace>& places,
                               const TradeFilter& filter) {
    std::string sql;
    if (filter.min_premium)
        sql += " AND c.premium >= " + statement.bind(decimal_text(*filter.min_premium), "numeric");
    if (filter.max_dte) sql += " AND c.dte <= " + statement.bind(std::to_string(*filter.max_dte), "int");
    if (filter.expiry) sql += " AND c.expiry = " + statement.bind(date_text(*filter.expiry), "date");
    if (filter.strike) sql += " AND c.strike = " + statement.bind(decimal_text(*filter.strike), "numeric");
    if (!places.empty() && !places.front().option_symbol.empty())
        sql += " AND c.option_symbol = (" +
               statement.bind(texts(places, [](const FlowPlace& p) { return p.option_symbol; }), "text[]") +
               ")[c.n]";
    return sql;
}

double real(const store::Result& result, int row, int column) {
    return std::strtod(std::string(result.text(row, column)).c_str(), nullptr);
}

Cluster read_cluster(const store::Result& result, int row, const FlowPlace& place) {
    Cluster cluster;
    cluster.ticker = place.ticker;
    cluster.side = place.side;
    cluster.from_ms = place.from_ms;
    cluster.to_ms = place.to_ms;
    cluster.option_symbol = result.text(row, 1);
    cluster.strike = decimal_in(result, row, 2);
    cluster.expiry = static_cast<Day>(result.integer(row, 3));
    cluster.first_ms = result.integer(row, 4);
    cluster.last_ms = result.integer(row, 5);
    cluster.dte = static_cast<int>(result.integer(row, 6));
    cluster.premium = decimal_in(result, row, 7);
    cluster.orders = result.integer(row, 8);
    cluster.prints = result.integer(row, 9);
    cluster.size = result.integer(row, 10);
    cluster.exchanges = static_cast<int>(result.integer(row, 11));
    cluster.share_of_side = real(result, row, 12);
    cluster.hhi = real(result, row, 13);
    cluster.left_out = decimal_in(result, row, 14);
    cluster.auction = decimal_in(result, row, 15);
    return cluster;
}

void read_hits(store::Connection& connection, std::vector<Cluster>& clusters) {
    std::vector<FlowPlace> places;
    for (const Cluster& c : clusters)
        places.push_back({c.ticker, c.side, c.from_ms, c.to_ms, c.option_symbol});
    Statement statement(sql::hits_sql);
    bind_places(statement, places);
    statement.fill_in(
        ":symbols",
        statement.bind(texts(places, [](const FlowPlace& p) { return p.option_symbol; }), "text[]"));
    statement.fill_in(":most", statement.bind(std::to_string(kMostHits), "int"));
    const auto result = statement.run(connection);
    for (int i = 0; i < result.rows(); ++i) {
        const auto exchanges = static_cast<std::size_t>(result.integer(i, 4));
        const std::int64_t prints = result.integer(i, 3);
        clusters[static_cast<std::size_t>(result.integer(i, 0) - 1)].hits.push_back(
            {result.integer(i, 1), decimal_in(result, i, 2), prints,
             std::string(order_kind(exchanges, result.text(i, 5) == "t", prints))});
    }
}

}  // namespace

FoundClusters read_clusters(store::Connection& connection, const std::vector<FlowPlace>& places,
                            const TradeFilter& filter, int limit) {
    FoundClusters found;
    if (places.empty()) return found;
    Statement statement = window_statement(sql::clusters_sql, places);
    statement.fill_in(":conditions", cluster_conditions(statement, places, filter));
    statement.fill_in(":limit", statement.bind(std::to_string(limit), "bigint"));
    const auto result = statement.run(connection);
    for (int i = 0; i < result.rows(); ++i) {
        const auto place = static_cast<std::size_t>(result.integer(i, 0) - 1);
        found.clusters.push_back(read_cluster(result, i, places[place]));
        found.places.push_back(place);
        found.count = result.integer(i, 16);
    }
    if (!found.clusters.empty()) read_hits(connection, found.clusters);
    return found;
}

std::vector<SideFlow> read_sides(store::Connection& connection, const std::vector<FlowPlace>& places) {
    std::vector<SideFlow> sides;
    if (places.empty()) return sides;
    const auto result = window_statement(sql::sides_sql, places).run(connection);
    for (int i = 0; i < result.rows(); ++i) {
        SideFlow side;
        side.ticker = result.text(i, 0);
        side.side = side_in(result.text(i, 1));
        side.premium = decimal_in(result, i, 2);
        side.orders = result.integer(i, 3);
        side.contracts = result.integer(i, 4);
        side.hhi = real(result, i, 5);
        side.left_out = decimal_in(result, i, 6);
        sides.push_back(std::move(side));
    }
    return sides;
}

}  // namespace pulse::flow
