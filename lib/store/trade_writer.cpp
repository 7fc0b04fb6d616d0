#include "store/trade_writer.hpp"

#include <fmt/format.h>

#include "embedded/pulse_store.hpp"
#include "store/locks.hpp"

namespace pulse::store {

namespace {

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
    return fill_in(fmt::format("COPY :table (:time, {}) FROM STDIN (FORMAT binary)", TradeEncoder::kColumns));
}

void TradeWriter::copy(Connection& connection, std::span<const Placed> placed,
                       const std::vector<TradeRow>& rows) {
    send(connection, placed, rows, false);
}

std::uint64_t TradeWriter::merge(Connection& connection, std::span<const Placed> placed,
                                 const std::vector<TradeRow>& rows) {
    connection.begin_copy(
        fill_in(fmt::format("{}; DELETE FROM :stage; COPY :stage (trade_time, {}) FROM STDIN (FORMAT binary)",
                            sql::stage_sql, TradeEncoder::kColumns)));
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
    encoder_.encode(placed, rows, staged, [&](std::string_view piece) { connection.send_copy(piece); });
    connection.finish_copy();
}

}  // namespace pulse::store
