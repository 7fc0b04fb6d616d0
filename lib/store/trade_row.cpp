#include "store/trade_row.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <tuple>
#include <unordered_map>

#include "market/smart_money.hpp"

namespace pulse::store {

namespace {

void mix(std::uint64_t& hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
}

int source_rank(std::string_view source) {
    if (source == "live") return 1;
    if (source == "rest") return 2;
    return source == "flat" ? 3 : 4;
}

using RowIndex = std::uint32_t;

constexpr RowIndex kNoRow = std::numeric_limits<RowIndex>::max();
constexpr std::int32_t kLeftOut = -1;

/// The first row of each group, by hash. Open addressing, half of the slots stay free.
class FirstRows {
  public:
    explicit FirstRows(const std::vector<TradeRow>& rows)
        : rows_(rows), slots_(std::bit_ceil(2 * rows.size() + 1)) {}

    /// The first row of the group that this one belongs to: possibly itself.
    RowIndex find_or_add(RowIndex row) {
        const auto hash = group_hash(rows_[row]);
        const auto tag = static_cast<std::uint32_t>(hash >> 32);
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
            Slot& slot = slots_[at];
            if (slot.row == kNoRow) {
                slot = {tag, row};
                return row;
            }
            if (slot.tag == tag && same_group(rows_[slot.row], rows_[row])) return slot.row;
        }
    }

  private:
    struct Slot {
        std::uint32_t tag = 0;  ///< nearly always spares a look at another row
        RowIndex row = kNoRow;
    };
    const std::vector<TradeRow>& rows_;
    std::vector<Slot> slots_;
};

// The rows of a group that has more than one.
void place_group(const std::vector<TradeRow>& rows, std::vector<RowIndex>& members,
                 std::vector<std::int32_t>& occurrences) {
    const auto order = [&](RowIndex a, RowIndex b) {
        const auto key = [&](RowIndex i) {
            const TradeRow& row = rows[i];
            return std::tuple(!row.sequence.has_value(), row.sequence.value_or(row.ordinal),
                              source_rank(row.source), std::string_view(row.source), i);
        };
        return key(a) < key(b);
    };
    std::sort(members.begin(), members.end(), order);
    std::int32_t numbered = 0;
    const TradeRow* previous = nullptr;
    for (const RowIndex i : members) {
        const TradeRow& row = rows[i];
        const bool repeated =
            previous != nullptr && previous->sequence == row.sequence && previous->ordinal == row.ordinal;
        previous = &row;
        if (repeated) continue;
        if (row.sequence)
            occurrences[i] = ++numbered;
        else if (row.ordinal > numbered)
            occurrences[i] = row.ordinal;
    }
}

/// What both forms of a print spell the same. The row's symbol is there already.
template <typename Print>
std::string_view fill_numbers(const Print& print, NewYorkClock& clock, TradeRow& row) {
    const auto premium = premium_of(print.price, print.size);
    if (!premium) return "the premium needs more than 18 digits";
    const Day dte = row.symbol.expiry - clock.date_of(print.t_ms);
    if (dte > std::numeric_limits<std::int16_t>::max() || dte < std::numeric_limits<std::int16_t>::min())
        return "the days to expiry are out of range";
    if (print.size > std::numeric_limits<std::int32_t>::max()) return "s is out of range";
    row.t_ms = print.t_ms;
    row.price = print.price;
    row.premium = *premium;
    row.size = static_cast<std::int32_t>(print.size);
    row.exchange = print.exchange;
    row.dte = static_cast<std::int16_t>(dte);
    return {};
}

}  // namespace

std::string_view make_trade_row(const TradeRecord& record, NewYorkClock& clock, TradeRow& row) {
    if (!record.key_error.empty()) return record.key_error;
    row.symbol = record.symbol;
    if (const auto reason = fill_numbers(record, clock, row); !reason.empty()) return reason;
    row.conditions = record.conditions;
    row.source = record.source.empty() ? "live" : record.source;
    row.sequence = is_history(row.source) ? std::nullopt : record.sequence;
    return {};
}

std::string_view make_trade_row(const TapePrint& print, NewYorkClock& clock, TradeRow& row) {
    if (const auto error = parse_occ_symbol(print.sym, row.symbol); error != SymbolError::kNone)
        return describe(error);
    if (const auto reason = fill_numbers(print, clock, row); !reason.empty()) return reason;
    row.conditions.assign(print.conditions.begin(), print.conditions.end());
    row.source = print.flat ? "flat" : print.history ? "rest" : "live";
    row.sequence = print.history ? std::nullopt : print.sequence;
    return {};
}

char* write_symbol(char* at, const OccSymbol& symbol) {
    const auto ymd = civil_from_day(symbol.expiry);
    const auto write = [&at](unsigned value, std::size_t size) {
        for (std::size_t i = size; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
        at += size;
    };
    *at++ = 'O';
    *at++ = ':';
    std::memcpy(at, symbol.root_chars.data(), symbol.root_chars.size());  // behind the root it is overwritten
    at += symbol.root_size;
    write(static_cast<unsigned>(static_cast<int>(ymd.year())), 2);
    write(static_cast<unsigned>(ymd.month()), 2);
    write(static_cast<unsigned>(ymd.day()), 2);
    *at++ = static_cast<char>(symbol.side);
    write(static_cast<unsigned>(symbol.strike_milli), 8);
    return at;
}

void append_symbol(std::string& out, const OccSymbol& symbol) {
    char text[kMaxSymbolText];
    out.append(text, write_symbol(text, symbol));
}

bool same_group(const TradeRow& a, const TradeRow& b) {
    return a.t_ms == b.t_ms && same_symbol(a.symbol, b.symbol) && a.exchange == b.exchange &&
           a.size == b.size && a.price == b.price && a.conditions == b.conditions;
}

bool same_symbol(const OccSymbol& a, const OccSymbol& b) {
    return a.strike_milli == b.strike_milli && a.expiry == b.expiry && a.side == b.side &&
           a.root() == b.root();
}

std::uint64_t symbol_hash(const OccSymbol& symbol) {
    std::uint64_t hash = 0;
    std::memcpy(&hash, symbol.root_chars.data(), symbol.root_chars.size());  // zeros behind the root
    mix(hash,
        static_cast<std::uint64_t>(symbol.strike_milli) << 32 | static_cast<std::uint32_t>(symbol.expiry));
    mix(hash, static_cast<std::uint64_t>(symbol.side));
    return hash;
}

std::uint64_t class_hash(const TradeRow& row) {
    std::uint64_t hash = symbol_hash(row.symbol);
    mix(hash, static_cast<std::uint64_t>(row.exchange) << 32 ^ static_cast<std::uint64_t>(row.size));
    mix(hash, static_cast<std::uint64_t>(row.price.digits) ^ static_cast<std::uint64_t>(row.price.scale)
                                                                 << 58);
    return hash;
}

std::uint64_t group_hash(const TradeRow& row) {
    std::uint64_t hash = class_hash(row);
    mix(hash, static_cast<std::uint64_t>(row.t_ms));
    for (const auto id : row.conditions) mix(hash, static_cast<std::uint64_t>(id));
    return hash;
}

std::vector<Placed> place_rows(const std::vector<TradeRow>& rows) {
    // Most groups have one row: those need no list of members.
    FirstRows first(rows);
    std::unordered_map<RowIndex, std::vector<RowIndex>> many;  // by first row
    std::vector<std::int32_t> occurrences(rows.size());
    for (RowIndex i = 0; i < rows.size(); ++i) {
        occurrences[i] = rows[i].sequence ? 1 : rows[i].ordinal;
        const RowIndex group = first.find_or_add(i);
        if (group == i) continue;
        auto& members = many[group];
        if (members.empty()) members.push_back(group);
        members.push_back(i);
    }
    for (auto& [group, members] : many) {
        for (const RowIndex i : members) occurrences[i] = kLeftOut;
        place_group(rows, members, occurrences);
    }
    std::vector<Placed> placed;
    placed.reserve(rows.size());
    for (RowIndex i = 0; i < rows.size(); ++i)
        if (occurrences[i] != kLeftOut) placed.push_back({i, occurrences[i]});
    return placed;
}

}  // namespace pulse::store
