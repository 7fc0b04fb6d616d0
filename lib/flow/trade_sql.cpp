#include "flow/trade_sql.hpp"

#include <fmt/format.h>

namespace pulse::flow {

const std::string_view kNewestFirst =
    "t.trade_time DESC, t.option_symbol DESC, t.exchange DESC, t.price DESC, t.size DESC, t.conditions DESC, "
    "t.occurrence DESC";

std::string Statement::bind(std::string value, std::string_view type) {
    parameters_.push_back(std::move(value));
    return fmt::format("${}::{}", parameters_.size(), type);
}

std::string Statement::bind_ms(std::int64_t unix_ms) {
    return fmt::format("(timestamptz 'epoch' + {} * interval '1 ms')",
                       bind(std::to_string(unix_ms), "bigint"));
}

std::string Statement::bind_us(std::int64_t unix_us) {
    return fmt::format("(timestamptz 'epoch' + {} * interval '1 us')",
                       bind(std::to_string(unix_us), "bigint"));
}

void Statement::fill_in(std::string_view name, std::string_view text) {
    for (std::size_t at = sql_.find(name); at != std::string::npos; at = sql_.find(name, at + text.size()))
        sql_.replace(at, name.size(), text);
}

std::string conditions_sql(Statement& statement, const TradeFilter& filter) {
    std::string sql;
    if (!filter.tickers.empty())
        sql += " AND t.ticker = ANY (" + statement.bind(text_array(filter.tickers), "text[]") + ")";
    if (filter.side) sql += " AND t.side = " + statement.bind(std::string(side_name(*filter.side)), "text");
    if (filter.min_premium)
        sql += " AND t.premium >= " + statement.bind(decimal_text(*filter.min_premium), "numeric");
    if (filter.max_dte) sql += " AND t.dte <= " + statement.bind(std::to_string(*filter.max_dte), "int");
    if (filter.expiry) sql += " AND t.expiry = " + statement.bind(date_text(*filter.expiry), "date");
    if (filter.strike) sql += " AND t.strike = " + statement.bind(decimal_text(*filter.strike), "numeric");
    if (!filter.cancelled) sql += " AND t.cancelled_at IS NULL";
    return sql;
}

std::string range_sql(Statement& statement, const TradeFilter& filter, const std::optional<Cursor>& after) {
    std::string sql;
    if (filter.since_ms) sql += " AND t.trade_time >= " + statement.bind_ms(*filter.since_ms);
    // Only the nearer end: of two, PostgreSQL may start at the farther one and read everything between them.
    const bool cursor_is_nearer = after && after->t_ms <= filter.until_ms.value_or(after->t_ms);
    if (filter.until_ms && !cursor_is_nearer)
        sql += " AND t.trade_time <= " + statement.bind_ms(*filter.until_ms);
    if (cursor_is_nearer)
        sql += fmt::format(
            " AND (t.trade_time, t.option_symbol, t.exchange, t.price, t.size, t.conditions, t.occurrence) < "
            "({}, {}, {}, {}, {}, {}, {})",
            statement.bind_ms(after->t_ms), statement.bind(after->option_symbol, "text"),
            statement.bind(std::to_string(after->exchange), "smallint"),
            statement.bind(decimal_text(after->price), "numeric"),
            statement.bind(std::to_string(after->size), "int"),
            statement.bind(number_array(after->conditions), "smallint[]"),
            statement.bind(std::to_string(after->occurrence), "smallint"));
    return sql;
}

std::string text_array(const std::vector<std::string>& values) {
    std::string text = "{";
    for (const std::string& value : values) {
        if (text.size() > 1) text += ',';
        text += '"';
        for (const char c : value) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

// A bitmap would collect all matching rows before the first one is out. Compiling costs more than any of
// these statements.
ReadTransaction::ReadTransaction(store::Connection& connection, Purpose purpose) : connection_(connection) {
    std::string sql =
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL enable_seqscan = off; "
        "SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off; "
        "SET LOCAL max_parallel_workers_per_gather = 0";
    if (purpose == kSums) sql += "; SET LOCAL enable_sort = off; SET LOCAL work_mem = '32MB'";
    if (purpose == kJoins)
        sql +=
            "; SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off; SET LOCAL work_mem = "
            "'32MB'";
    connection.run(sql);
}

}  // namespace pulse::flow
