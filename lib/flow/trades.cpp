// Most questions are answered by the newest trades: they are read in the order of the table's key until the
// page is full. A question that few trades meet, or none, or only old ones, would read the whole table that
// way, so after a first look (kLook rows) it takes the way that choose_way() names; big premiums need no
// look, their index is in order of time. All statements keep the order of the key, and each goes on strictly
// behind or before where another ended, so the way never shows in the answer.

#include "flow/trades.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "embedded/pulse_flow.hpp"
#include "flow/stretch_reader.hpp"
#include "flow/trade_plan.hpp"
#include "flow/trade_sql.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

/// Rows of a look: a few milliseconds.
constexpr std::int64_t kLook = 4'000;
/// With more tickers stored, a question without ticker goes on in key order: it would be thousands of
/// lookups, and hits are no rarer.
constexpr std::size_t kMaxTickers = 64;
/// Windows of dates grow fourfold: a question that old trades answer needs few rounds, and one that new
/// trades answer reads few rows.
constexpr int kWindowGrowth = 4;
constexpr int kColumns = 15;  ///< of kTradeColumns
constexpr Day kLastDay = day_from_civil(9999, 12, 31);

std::int64_t end_of_utc_day(Day day) {
    return (day + 1) * std::int64_t{86'400'000} - 1;
}

/// Fills one page, newest first.
class PageReader {
  public:
    PageReader(store::Connection& connection, const TradeFilter& filter, int limit,
               const std::optional<Cursor>& after)
        : connection_(connection),
          filter_(filter),
          after_(after),
          wanted_(static_cast<std::size_t>(limit) + 1) {}

    TradePage read();

  private:
    [[nodiscard]] bool full() const { return rows_.size() >= wanted_; }
    [[nodiscard]] std::string missing() const { return std::to_string(wanted_ - rows_.size()); }
    void take_all(const store::Result& result) {
        for (int i = 0; i < result.rows(); ++i) rows_.push_back(read_row(result, i));
    }

    void read_newest();
    bool look(std::int64_t rows);
    void read_onward();
    void read_big();
    void read_stretches();
    std::optional<std::vector<Stretch>> find_stretches();
    std::vector<std::string> stored_tickers();
    std::vector<TickerExpiry> stored_expiries(const std::vector<std::string>& names, const DayRange& days);

    store::Connection& connection_;
    TradeFilter filter_;           ///< until_ms moves back over time known to hold no matches
    std::optional<Cursor> after_;  ///< everything before it has been looked at
    std::size_t wanted_;
    std::vector<StoredTrade> rows_;
};

TradePage PageReader::read() {
    const Way way = choose_way(filter_);
    if (way == Way::kNewest) {
        read_newest();
    } else {
        const ReadTransaction transaction(connection_);
        if (way == Way::kBig)
            read_big();
        else if (look(kLook))
            way == Way::kOnward ? read_onward() : read_stretches();
    }
    TradePage page{std::move(rows_), false};
    page.more = page.trades.size() >= wanted_;
    if (page.more) page.trades.pop_back();
    return page;
}

void PageReader::read_newest() {
    Statement statement;
    const std::string conditions = conditions_sql(statement, filter_) + range_sql(statement, filter_, after_);
    statement += fmt::format("SELECT {} FROM smart_money_trades t WHERE true{} ORDER BY {} LIMIT {}",
                             kTradeColumns, conditions, kNewestFirst, statement.bind(missing(), "bigint"));
    take_all(statement.run(connection_));
}

// Reads that many rows in key order and takes those that match; false when the page is full or the table at
// its end. The last row read comes with the answer, matching or not, as the place to go on behind.
bool PageReader::look(std::int64_t rows) {
    Statement statement;
    const std::string conditions = conditions_sql(statement, filter_);
    const std::string range = range_sql(statement, filter_, after_);
    const std::string count = statement.bind(std::to_string(rows), "bigint");
    const std::string limit = statement.bind(missing(), "bigint");
    statement += fmt::format(
        "SELECT {0}, t.hit, t.n FROM (SELECT t.*, (true{1}) AS hit FROM (SELECT t.*, row_number() OVER "
        "(ORDER BY "
        "{2}) AS n FROM smart_money_trades t WHERE true{3} ORDER BY {2} LIMIT {4}) t) t "
        "WHERE t.hit OR t.n = {4} ORDER BY {2} LIMIT {5}",
        kTradeColumns, conditions, kNewestFirst, range, count, limit);
    const auto result = statement.run(connection_);
    const int last = result.rows() - 1;
    for (int i = 0; i <= last; ++i)
        if (result.text(i, kColumns) == "t") rows_.push_back(read_row(result, i));
    if (full() || last < 0 || result.integer(last, kColumns + 1) != rows) return false;
    after_ = Cursor::behind(read_row(result, last));
    return true;
}

void PageReader::read_onward() {
    std::int64_t rows = kLook;
    while (look(rows)) rows *= kWindowGrowth;
}

// Newest first until the page is full, and what shares the last one's instant, which the rest of the key then
// sorts. The innermost query is planned without the other conditions, so the index by time is the cheapest
// whatever the statistics say.
void PageReader::read_big() {
    Statement statement;
    const std::string premium =
        statement.bind(decimal_text(filter_.min_premium.value_or(Decimal{})), "numeric");
    const std::string range = range_sql(statement, filter_, after_);
    const std::string conditions = conditions_sql(statement, filter_);
    const std::string limit = statement.bind(missing(), "bigint");
    statement += fmt::format(
        "SELECT {0} FROM (SELECT t.* FROM (SELECT t.* FROM smart_money_trades t WHERE t.premium >= {1} AND "
        "t.premium >= {2}{3} ORDER BY t.trade_time DESC OFFSET 0) t WHERE true{4} ORDER BY t.trade_time DESC "
        "FETCH FIRST ({5}) ROWS WITH TIES) t ORDER BY {6} LIMIT {5}",
        kTradeColumns, kBigPremium, premium, range, conditions, limit, kNewestFirst);
    take_all(statement.run(connection_));
}

// From one date with rows to the next older one. After a jump over dates without any, the key's order is
// worth a try again: on its newest date the stretch may be dense, and reading that date whole would cost
// more. Big premiums are never dense.
void PageReader::read_stretches() {
    const auto milli = filter_.strike ? strike_milli(*filter_.strike) : std::nullopt;
    if (filter_.strike && !milli) return;
    const auto stretches = find_stretches();
    const bool big = wants_at_least(filter_, kBigPremium);
    if (!stretches) return big ? read_big() : read_onward();
    if (stretches->empty()) return;
    const StretchReader reader(*stretches, milli, big);
    Day newest = days_of(filter_, after_ ? after_->t_ms : kMaxUnixMs).last;
    for (int days = 1; !full(); days *= kWindowGrowth) {
        const auto found = reader.newest_date(connection_, newest);
        if (!found) return;
        if (*found < newest) {
            newest = *found;
            filter_.until_ms = end_of_utc_day(newest);
            if (!big && !look(kLook)) return;
        }
        take_all(reader.window(filter_, after_, {newest - days + 1, newest}, missing()).run(connection_));
        newest -= days;
    }
}

// Nothing when there are too many tickers to go by them.
std::optional<std::vector<Stretch>> PageReader::find_stretches() {
    const DayRange days = days_of(filter_, after_ ? after_->t_ms : kMaxUnixMs);
    const auto names = filter_.tickers.empty() ? stored_tickers() : filter_.tickers;
    if (names.size() > kMaxTickers) return std::nullopt;
    std::vector<TickerExpiry> found;
    if (filter_.expiry)
        for (const std::string& name : names) found.push_back({name, *filter_.expiry});
    else
        found = stored_expiries(names, days);
    return stretches_of(filter_, found, days);
}

std::vector<std::string> PageReader::stored_tickers() {
    Statement statement(sql::tickers_sql);
    statement.fill_in(":most", statement.bind(std::to_string(kMaxTickers + 1), "int"));
    const auto result = statement.run(connection_);
    std::vector<std::string> names;
    for (int i = 0; i < result.rows(); ++i) names.emplace_back(result.text(i, 0));
    return names;
}

std::vector<TickerExpiry> PageReader::stored_expiries(const std::vector<std::string>& names,
                                                      const DayRange& days) {
    const Day last = filter_.max_dte ? std::min(kLastDay, days.last + *filter_.max_dte) : kLastDay;
    Statement statement(sql::expiries_sql);
    statement.fill_in(":tickers", statement.bind(text_array(names), "text[]"));
    statement.fill_in(":last", statement.bind(date_text(last), "date"));
    const auto result = statement.run(connection_);
    std::vector<TickerExpiry> found;
    for (int i = 0; i < result.rows(); ++i)
        found.push_back({std::string(result.text(i, 0)), static_cast<Day>(result.integer(i, 1))});
    return found;
}

std::vector<StoredTrade> rows_of(const Statement& statement, store::Connection& connection) {
    const auto result = statement.run(connection);
    std::vector<StoredTrade> trades;
    for (int i = 0; i < result.rows(); ++i) trades.push_back(read_row(result, i));
    return trades;
}

}  // namespace

TradePage read_trades(store::Connection& connection, const TradeFilter& filter, int limit,
                      const std::optional<Cursor>& after) {
    return PageReader(connection, filter, limit, after).read();
}

std::vector<StoredTrade> read_batch(store::Connection& connection, const store::StoredBatch& batch,
                                    int limit) {
    if (!batch.trades) return {};
    Statement statement(sql::batch_sql);
    statement.fill_in(":columns", kTradeColumns);
    statement.fill_in(":stored", statement.bind_us(batch.stored_us));
    statement.fill_in(":from", statement.bind_ms(batch.trades->from_ms));
    statement.fill_in(":to", statement.bind_ms(batch.trades->to_ms));
    statement.fill_in(":limit", statement.bind(std::to_string(limit + 1), "bigint"));
    return rows_of(statement, connection);
}

std::vector<StoredTrade> read_cancelled(store::Connection& connection, const store::StoredBatch& batch,
                                        int limit) {
    if (!batch.cancels) return {};
    Statement statement(sql::batch_cancels_sql);
    statement.fill_in(":columns", kTradeColumns);
    statement.fill_in(":stored", statement.bind_us(batch.stored_us));
    statement.fill_in(":from", statement.bind_ms(batch.cancels->from_ms));
    statement.fill_in(":to", statement.bind_ms(batch.cancels->to_ms));
    statement.fill_in(":limit", statement.bind(std::to_string(limit), "bigint"));
    return rows_of(statement, connection);
}

}  // namespace pulse::flow
