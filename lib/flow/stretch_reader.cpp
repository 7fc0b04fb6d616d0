#include "flow/stretch_reader.hpp"

#include "embedded/pulse_flow.hpp"

namespace pulse::flow {

namespace {

template <typename Value, typename Get>
std::vector<Value> column(const std::vector<Stretch>& stretches, const Get& get) {
    std::vector<Value> values;
    for (const Stretch& stretch : stretches) values.push_back(get(stretch));
    return values;
}

}  // namespace

StretchReader::StretchReader(const std::vector<Stretch>& stretches, std::optional<std::int64_t> milli,
                             bool big)
    : milli_(milli),
      big_(big),
      tickers_(text_array(column<std::string>(stretches, [](const Stretch& s) { return s.what.ticker; }))),
      expiries_(number_array(column<Day>(stretches, [](const Stretch& s) { return s.what.expiry; }))),
      firsts_(number_array(column<Day>(stretches, [](const Stretch& s) { return s.days.first; }))),
      lasts_(number_array(column<Day>(stretches, [](const Stretch& s) { return s.days.last; }))) {}

Statement StretchReader::statement(std::string_view sql, Day newest) const {
    Statement statement(sql);
    statement.fill_in(":tickers", statement.bind(tickers_, "text[]"));
    statement.fill_in(":expiries", statement.bind(expiries_, "int[]"));
    statement.fill_in(":firsts", statement.bind(firsts_, "int[]"));
    statement.fill_in(":lasts", statement.bind(lasts_, "int[]"));
    statement.fill_in(":newest", statement.bind(std::to_string(newest), "int"));
    // Spelled as migration 003 spells the indexes.
    statement.fill_in(":big", big_ ? " AND t.premium >= " + std::to_string(kBigPremium) : "");
    statement.fill_in(
        ":strike",
        milli_ ? " AND (t.strike * 1000)::int = " + statement.bind(std::to_string(*milli_), "int") : "");
    return statement;
}

std::optional<Day> StretchReader::newest_date(store::Connection& connection, Day newest) const {
    const auto result =
        statement(milli_ && !big_ ? sql::newest_strike_date_sql : sql::newest_date_sql, newest)
            .run(connection);
    if (result.null(0, 0)) return std::nullopt;
    return static_cast<Day>(result.integer(0, 0));
}

Statement StretchReader::window(const TradeFilter& filter, const std::optional<Cursor>& after,
                                const DayRange& days, const std::string& limit) const {
    Statement window = statement(sql::window_sql, days.last);
    window.fill_in(":oldest", window.bind(std::to_string(days.first), "int"));
    window.fill_in(":columns", kTradeColumns);
    window.fill_in(":key_order", kNewestFirst);
    window.fill_in(":limit", window.bind(limit, "bigint"));
    const std::string conditions = conditions_sql(window, filter) + range_sql(window, filter, after);
    window.fill_in(":conditions", conditions);
    return window;
}

}  // namespace pulse::flow
