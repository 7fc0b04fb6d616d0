#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/decimal.hpp"
#include "market/new_york.hpp"
#include "market/occ_symbol.hpp"
#include "market/tape_print.hpp"
#include "wire/record.hpp"

namespace pulse::store {

/// One print as its table row says it. What identifies it is (t_ms, symbol, exchange, price, size,
/// conditions) and one of `sequence` (the stream's) or `ordinal` (history's).
struct TradeRow {
    std::int64_t t_ms = 0;
    OccSymbol symbol;
    Decimal price;
    Decimal premium;
    std::int32_t size = 0;
    std::int16_t exchange = 0;
    std::int16_t dte = 0;
    std::vector<std::int16_t> conditions;
    std::optional<std::int64_t> sequence;
    std::int32_t ordinal = 0;  ///< without a sequence: 1, 2, … among the identical prints of one pass
    std::string source;        ///< live, rest, flat
    std::uint32_t line = 0;    ///< index of its line in the batch
};

/// Sources other than the stream: they repeat the tape in passes and number nothing.
inline bool is_history(std::string_view source) {
    return !source.empty() && source != "live";
}

/// Fills the row from a record. Returns why the trade can't be stored, or an empty text. `line` and `ordinal`
/// are left alone; a sequence is taken from the live stream only, because no other source's numbers are known
/// to be the same.
std::string_view make_trade_row(const TradeRecord& record, NewYorkClock& clock, TradeRow& row);
/// The same from what the fast path reads of a line.
std::string_view make_trade_row(const TapePrint& print, NewYorkClock& clock, TradeRow& row);

/// The symbol as the vendor writes it: O:AAPL251219C00190000.
void append_symbol(std::string& out, const OccSymbol& symbol);
/// The same at `at`, at most kMaxSymbolText characters; their end.
char* write_symbol(char* at, const OccSymbol& symbol);
inline constexpr std::size_t kMaxSymbolText = 23;

/// True when the two are the same print but for sequence and ordinal.
bool same_group(const TradeRow& a, const TradeRow& b);
bool same_symbol(const OccSymbol& a, const OccSymbol& b);
/// Equal for the same symbol.
std::uint64_t symbol_hash(const OccSymbol& symbol);
/// Equal for rows of one group.
std::uint64_t group_hash(const TradeRow& row);
/// Equal for rows of one class: symbol, exchange, price and size.
std::uint64_t class_hash(const TradeRow& row);

/// One row to be stored.
struct Placed {
    std::uint32_t row = 0;        ///< index of a batch's row that says everything but the occurrence
    std::int32_t occurrence = 0;  ///< from 1
};

/// What the rows of one batch amount to by themselves, in input order: a repeated sequence or ordinal is left
/// out, sequences of a group take occurrences 1, 2, … in ascending order, ordinals not covered by those
/// follow, each from its best source (live, rest, flat, others).
std::vector<Placed> place_rows(const std::vector<TradeRow>& rows);

}  // namespace pulse::store
