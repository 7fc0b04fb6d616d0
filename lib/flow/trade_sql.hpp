#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/trade_filter.hpp"
#include "flow/trade_plan.hpp"
#include "flow/trades.hpp"

namespace pulse::flow {

/// A statement under construction. Text is ours alone; what a user sent becomes a parameter.
class Statement {
  public:
    explicit Statement(std::string_view sql = {}) : sql_(sql) {}

    Statement& operator+=(std::string_view sql) {
        sql_ += sql;
        return *this;
    }
    /// Registers a value and gives its place, cast to `type`: `$3::int`.
    std::string bind(std::string value, std::string_view type);
    /// The instant as a timestamptz expression.
    std::string bind_ms(std::int64_t unix_ms);
    std::string bind_us(std::int64_t unix_us);

    /// Replaces `:name` by the text, everywhere.
    void fill_in(std::string_view name, std::string_view text);

    [[nodiscard]] store::Result run(store::Connection& connection) const {
        return connection.query(sql_, parameters_);
    }

  private:
    std::string sql_;
    std::vector<std::string> parameters_;
};

/// The order of the table's key, newest first; the table's alias is `t`.
extern const std::string_view kNewestFirst;

/// ` AND …` for the conditions but time; the table's alias is `t`.
std::string conditions_sql(Statement& statement, const TradeFilter& filter);
/// ` AND …` for since, until and the place behind which the page starts.
std::string range_sql(Statement& statement, const TradeFilter& filter, const std::optional<Cursor>& after);

/// PostgreSQL array literals.
std::string text_array(const std::vector<std::string>& values);
template <typename Integer>
std::string number_array(const std::vector<Integer>& values) {
    std::string text = "{";
    for (const auto value : values) text += (text.size() > 1 ? "," : "") + std::to_string(value);
    return text + "}";
}

/// A read-only transaction with one snapshot for all its statements, and a planner that uses our indexes
/// whatever it believes about the table: statistics lag behind a bulk load, and a wrong guess costs seconds.
/// Ended by the destructor.
class ReadTransaction {
  public:
    enum Purpose {
        kRows,   ///< a few rows in order
        kSums,   ///< sums by hashing: never a sort of all rows on disk
        kJoins,  ///< joins of sums by hashing: only LATERAL, which can't be joined otherwise, goes row by row
    };
    explicit ReadTransaction(store::Connection& connection, Purpose purpose = kRows);
    ~ReadTransaction() { connection_.rollback(); }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

  private:
    store::Connection& connection_;
};

}  // namespace pulse::flow
