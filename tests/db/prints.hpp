#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "db/database.hpp"
#include "store/pass_counter.hpp"
#include "store/sink.hpp"

/// Prints to store, and what was stored, for the tests of the store library.
namespace pulse::store::test {

inline TradeRow print(std::int64_t t_ms, int variant) {
    TradeRow row;
    row.t_ms = t_ms;
    parse_occ_symbol("O:AAPL251219C00190000", row.symbol);
    row.price = {85 + variant, 1};
    row.premium = *multiply(row.price, 100 * 100);
    row.size = 100;
    row.exchange = 302;
    row.conditions = {209};
    row.source = "live";
    return row;
}

/// Everything stored, as text.
inline std::string stored() {
    Connection connection(here());
    const auto rows = connection.run(
        "SELECT string_agg(format('%s %s %s %s %s %s', (extract(epoch FROM trade_time) * 1000)::bigint, "
        "price, occurrence, "
        "coalesce(sequence::text, '-'), source, coalesce(((extract(epoch FROM cancelled_at) * "
        "1000)::bigint)::text, '-')), "
        "E'\\n' ORDER BY trade_time, price, size, occurrence) FROM smart_money_trades");
    return std::string(rows.front().text(0, 0));
}

inline void store_all(const std::vector<TradeRow>& rows, std::size_t batch_rows) {
    Sink sink(here(), 0);
    REQUIRE(sink.open());
    Batch batch;
    const auto flush = [&] {
        batch.place();
        const auto result = sink.store(batch);
        REQUIRE(result.refused.empty());
        REQUIRE(result.stored + result.duplicates == batch.size());
        batch.clear();
    };
    for (const TradeRow& row : rows) {
        const bool cancel = row.conditions.front() == 201;
        (cancel ? batch.cancels : batch.trades).push_back(row);
        (cancel ? batch.cancels : batch.trades).back().line = batch.add_line(1, "line");
        if (batch.size() >= batch_rows) flush();
    }
    if (!batch.empty()) flush();
}

using Random = std::mt19937;

/// Prints of few instants and prices, so that groups and classes are crowded. Sequences are unique to a
/// print.
inline std::vector<TradeRow> random_prints(Random& random, bool with_cancels) {
    std::vector<TradeRow> rows;
    for (int i = 0; i < 60; ++i) {
        TradeRow row =
            print(1764948620000 + static_cast<int>(random() % 12) * 700, static_cast<int>(random() % 2));
        row.sequence = 100 + i;
        if (with_cancels && random() % 3 == 0) row.conditions = {201};
        rows.push_back(row);
    }
    return rows;
}

/// One pass of a history source over the prints.
inline std::vector<TradeRow> pass_over(std::vector<TradeRow> rows, const std::string& source) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.t_ms < b.t_ms; });
    PassCounter passes;
    for (TradeRow& row : rows) {
        row.sequence.reset();
        row.source = source;
        row.ordinal = passes.count(row);
    }
    return rows;
}

}  // namespace pulse::store::test
