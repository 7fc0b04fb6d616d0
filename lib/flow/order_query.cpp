// One statement a page: rows come in their order from an index that serves the rarest condition, and the
// others are judged row by row until the page is full. The inner query of each way is planned without the
// other conditions and without the limit (OFFSET 0), and sorting is forbidden (see migration 004 for the
// collation), so that nothing the planner believes makes it take another index.

#include "flow/order_query.hpp"

#include <fmt/format.h>

#include "embedded/pulse_flow.hpp"
#include "flow/trade_plan.hpp"

namespace pulse::flow {

namespace {

/// The index of large premiums has those of as many dollars and more: one order in eight (migration 004 says
/// the same number).
constexpr std::int64_t kLargePremium = 250'000;
/// Up to here the days to expiry are looked up one by one; a higher bound most orders meet.
constexpr std::int32_t kFewDays = 3;
/// As many tickers are looked for one by one among the large premiums: each costs a walk through their index.
constexpr std::size_t kFewTickers = 4;

constexpr std::string_view kOrder = "t.first_time DESC, t.option_symbol COLLATE \"C\" DESC";

std::string order_conditions(Statement& statement, TradeFilter filter) {
    filter.cancelled = true;  // orders have no such mark: those taken back whole have no prints
    return " AND t.prints > 0" + conditions_sql(statement, filter);
}

std::string order_range(Statement& statement, const TradeFilter& filter,
                        const std::optional<OrderCursor>& after) {
    std::string sql;
    if (filter.since_ms) sql += " AND t.first_time >= " + statement.bind_ms(*filter.since_ms);
    // Only the nearer end: of two, PostgreSQL may start at the farther one.
    const bool cursor_is_nearer = after && after->first_ms <= filter.until_ms.value_or(after->first_ms);
    if (filter.until_ms && !cursor_is_nearer)
        sql += " AND t.first_time <= " + statement.bind_ms(*filter.until_ms);
    if (cursor_is_nearer)
        sql += fmt::format(" AND (t.first_time, t.option_symbol COLLATE \"C\") < ({}, {})",
                           statement.bind_ms(after->first_ms), statement.bind(after->option_symbol, "text"));
    return sql;
}

/// Where rows come from: the rows `s` that each name one stretch of an index, and the condition that does.
struct Source {
    std::string rows;
    std::string condition;
};

// Conditions on further columns of an index: judged in it, so that a row which doesn't meet them is never
// fetched.
std::string least_premium(Statement& statement, const TradeFilter& filter) {
    if (!filter.min_premium) return {};
    // As a subquery, whose value the planner doesn't know: it must not find that another index serves as
    // well.
    return " AND t.premium >= (SELECT " + statement.bind(decimal_text(*filter.min_premium), "numeric") + ")";
}

std::string most_days(Statement& statement, const TradeFilter& filter) {
    if (!filter.max_dte) return {};
    return " AND t.dte <= " + statement.bind(std::to_string(*filter.max_dte), "int");
}

std::string of_strike(Statement& statement, const TradeFilter& filter) {
    if (!filter.strike) return {};
    return " AND t.strike = " + statement.bind(decimal_text(*filter.strike), "numeric");
}

std::string of_expiry(Statement& statement, const TradeFilter& filter) {
    if (!filter.expiry) return {};
    return " AND t.expiry = " + statement.bind(date_text(*filter.expiry), "date");
}

Source large_source(Statement& statement, const TradeFilter& filter) {
    std::string sql = fmt::format(" AND t.premium >= {}", kLargePremium);
    sql += least_premium(statement, filter) + most_days(statement, filter);
    if (filter.side)
        sql += " AND t.side COLLATE \"C\" = " + statement.bind(std::string(side_name(*filter.side)), "text");
    sql += of_strike(statement, filter) + of_expiry(statement, filter);
    if (filter.tickers.empty() || filter.tickers.size() > kFewTickers) return {"(SELECT) AS s", sql};
    return {"unnest(" + statement.bind(text_array(filter.tickers), "text[]") + ") AS s (ticker)",
            sql + R"( AND t.ticker COLLATE "C" = s.ticker)"};
}

Source ticker_source(Statement& statement, const TradeFilter& filter) {
    std::vector<std::string> sides;
    for (const auto side : {OptionSide::kCall, OptionSide::kPut})
        if (filter.side.value_or(side) == side) sides.emplace_back(side_name(side));
    return {fmt::format("unnest({}) AS a (ticker) CROSS JOIN unnest({}) AS s (side)",
                        statement.bind(text_array(filter.tickers), "text[]"),
                        statement.bind(text_array(sides), "text[]")),
            R"( AND t.ticker COLLATE "C" = a.ticker AND t.side COLLATE "C" = s.side)" +
                most_days(statement, filter) + least_premium(statement, filter)};
}

Source dte_source(Statement& statement, const TradeFilter& filter) {
    std::string rows(sql::order_dtes_sql);
    const auto place = rows.find(":most");
    rows.replace(place, 5, statement.bind(std::to_string(*filter.max_dte), "int"));
    return {"(" + rows + ") AS s", " AND t.dte = s.dte"};
}

Source source_of(Statement& statement, const TradeFilter& filter) {
    switch (choose_order_way(filter)) {
        case OrderWay::kLarge:
            return large_source(statement, filter);
        case OrderWay::kStrike:
            return {"(SELECT) AS s", of_strike(statement, filter)};
        case OrderWay::kExpiry:
            return {"(SELECT) AS s", of_expiry(statement, filter)};
        case OrderWay::kTicker:
            return ticker_source(statement, filter);
        case OrderWay::kDte:
            return dte_source(statement, filter);
        case OrderWay::kNewest:
            break;
    }
    return {"(SELECT) AS s", ""};
}

}  // namespace

void forbid_sorting(store::Connection& connection, const TradeFilter& filter) {
    std::string settings = "SET LOCAL enable_sort = off";
    // The key's index has the instants in order, and only rows of the same one are sorted.
    if (choose_order_way(filter) != OrderWay::kNewest)
        settings += "; SET LOCAL enable_incremental_sort = off";
    connection.run(settings);
}

OrderWay choose_order_way(const TradeFilter& filter) {
    if (wants_at_least(filter, kBigPremium)) return OrderWay::kLarge;
    if (filter.strike) return OrderWay::kStrike;
    const bool large = wants_at_least(filter, kLargePremium);
    if (filter.expiry) return large ? OrderWay::kLarge : OrderWay::kExpiry;
    if (!filter.tickers.empty()) return OrderWay::kTicker;
    if (large) return OrderWay::kLarge;
    if (filter.max_dte && *filter.max_dte <= kFewDays) return OrderWay::kDte;
    return OrderWay::kNewest;
}

Statement order_query(std::string_view columns, const TradeFilter& filter, int rows,
                      const std::optional<OrderCursor>& after) {
    Statement statement;
    const Source source = source_of(statement, filter);
    const std::string range = order_range(statement, filter, after);
    const std::string conditions = order_conditions(statement, filter);
    const std::string limit = statement.bind(std::to_string(rows), "bigint");
    statement += fmt::format(
        "SELECT {0} FROM {1} CROSS JOIN LATERAL (SELECT t.* FROM (SELECT t.* FROM smart_money_orders t WHERE "
        "true{2}{3} ORDER BY {4} OFFSET 0) t WHERE true{5} LIMIT {6}) t ORDER BY {4} LIMIT {6}",
        columns, source.rows, source.condition, range, kOrder, conditions, limit);
    return statement;
}

std::string_view order_kind(std::size_t exchanges, bool iso, std::int64_t prints) {
    if (exchanges >= 2 || iso) return "sweep";
    return prints == 1 ? "block" : "split";
}

}  // namespace pulse::flow
