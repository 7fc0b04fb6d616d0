#include "store/trade_writer.hpp"

#include <fmt/format.h>

#include <limits>

#include "embedded/pulse_store.hpp"
#include "store/locks.hpp"

namespace pulse::store {

namespace {

constexpr std::int16_t kColumns = 15;

constexpr std::string_view kColumnList =
    "option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange, conditions, "
    "occurrence, sequence, "
    "source";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

}  // namespace

std::string TradeWriter::fill_in(std::string_view sql) const {
    const bool trades = table_ == Table::kTrades;
    std::string text(sql);
    replace_all(text, ":table", trades ? "smart_money_trades" : "smart_money_cancels");
    replace_all(text, ":time", trades ? "trade_time" : "cancel_time");
    replace_all(text, ":stage", trades ? "pulse_stage_trades" : "pulse_stage_cancels");
    return text;
}

std::string TradeWriter::copy_sql() const {
    return fill_in(fmt::format("COPY :table (:time, {}) FROM STDIN (FORMAT binary)", kColumnList));
}

void TradeWriter::copy(Connection& connection, std::span<const Placed> placed,
                       const std::vector<TradeRow>& rows) {
    send(connection, placed, rows, false);
}

std::uint64_t TradeWriter::merge(Connection& connection, std::span<const Placed> placed,
                                 const std::vector<TradeRow>& rows) {
    connection.begin_copy(
        fill_in(fmt::format("{}; DELETE FROM :stage; COPY :stage (trade_time, {}) FROM STDIN (FORMAT binary)",
                            sql::stage_sql, kColumnList)));
    send(connection, placed, rows, true);
    // Compiling the statement would take longer than running it: the planner's guesses about the stage are
    // far too high.
    const auto results =
        connection.run(fmt::format("SET LOCAL jit = off; {}; {}",
                                   lock_sql(Lock::kMerge, LockMode::kExclusive), fill_in(sql::merge_sql)));
    return static_cast<std::uint64_t>(results.back().integer(0, 0));
}

void TradeWriter::send(Connection& connection, std::span<const Placed> placed,
                       const std::vector<TradeRow>& rows, bool staged) {
    constexpr std::size_t kPiece = std::size_t{32} * 1024;
    buffer_.start();
    for (const Placed& place : placed) {
        encode(rows[place.row], place.occurrence, staged);
        if (buffer_.data().size() < kPiece) continue;
        connection.send_copy(buffer_.data());
        buffer_.clear();
    }
    buffer_.finish();
    connection.send_copy(buffer_.data());
    connection.finish_copy();
}

void TradeWriter::encode(const TradeRow& row, std::int32_t occurrence, bool staged) {
    symbol_.clear();
    append_symbol(symbol_, row.symbol);
    buffer_.start_row(kColumns);
    buffer_.timestamptz(row.t_ms);
    buffer_.text(symbol_);
    buffer_.text(row.symbol.root());
    buffer_.date(row.symbol.expiry);
    buffer_.text(side_name(row.symbol.side));
    buffer_.numeric(make_decimal(row.symbol.strike_milli, 3).value_or(Decimal{row.symbol.strike_milli, 3}));
    buffer_.numeric(row.price);
    buffer_.integer(row.size);
    buffer_.numeric(row.premium);
    buffer_.smallint(row.dte);
    buffer_.smallint(row.exchange);
    buffer_.smallint_array(row.conditions);
    // The stage takes any count, so that the merge, not this encoder, is who refuses the 32,768th identical
    // print.
    if (staged)
        buffer_.integer(occurrence);
    else
        buffer_.smallint(static_cast<std::int16_t>(occurrence));
    if (row.sequence)
        buffer_.bigint(*row.sequence);
    else
        buffer_.null();
    buffer_.text(row.source);
}

}  // namespace pulse::store
