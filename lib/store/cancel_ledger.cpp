#include "store/cancel_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "embedded/pulse_store.hpp"
#include "market/cancels.hpp"
#include "store/locks.hpp"

namespace pulse::store {

namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
// A cancel usually follows its print within seconds; only one without a print is searched for to the
// beginning.
constexpr std::array<std::int64_t, 6> kLookbacksMs{1'000, 16'000, 240'000, 3'600'000, 86'400'000, kForever};

std::string symbol_text(const OccSymbol& symbol) {
    std::string text;
    append_symbol(text, symbol);
    return text;
}

std::optional<std::int64_t> optional_integer(const Result& rows, int row, int column) {
    if (rows.null(row, column)) return std::nullopt;
    return rows.integer(row, column);
}

}  // namespace

std::string CancelLedger::begin_sql(bool exclusive) const {
    return fmt::format(
        "{}; SELECT id, option_symbol, exchange, price, size, (extract(epoch FROM cancel_time) * "
        "1000)::bigint "
        "FROM smart_money_cancels WHERE id > {} ORDER BY id",
        lock_sql(Lock::kCancels, exclusive ? LockMode::kExclusive : LockMode::kShared), last_id_);
}

void CancelLedger::learn(const Result& rows) {
    for (int i = 0; i < rows.rows(); ++i) {
        TradeRow row;
        parse_occ_symbol(rows.text(i, 1), row.symbol);
        row.exchange = static_cast<std::int16_t>(rows.integer(i, 2));
        row.price = parse_decimal(rows.text(i, 3)).value_or(Decimal{});
        row.size = static_cast<std::int32_t>(rows.integer(i, 4));
        auto& last = last_cancel_ms_[class_hash(row)];
        last = std::max(last, rows.integer(i, 5));
        last_id_ = rows.integer(i, 0);
    }
}

CancelLedger::TouchedClasses CancelLedger::touched_by(const std::vector<TradeRow>& trades,
                                                      const std::vector<TradeRow>& cancels) const {
    TouchedClasses touched;
    const auto touch = [&](const TradeRow& row, std::uint64_t hash, std::int64_t last_cancel_ms) {
        const auto [at, is_new] =
            touched.try_emplace(hash, Touched{symbol_text(row.symbol), decimal_text(row.price), row.exchange,
                                              row.size, row.t_ms, last_cancel_ms});
        at->second.from_ms = std::min(at->second.from_ms, row.t_ms);
        at->second.to_ms = std::max(at->second.to_ms, last_cancel_ms);
    };
    for (const TradeRow& row : cancels) {
        const auto hash = class_hash(row);
        const auto known = last_cancel_ms_.find(hash);
        touch(row, hash, known == last_cancel_ms_.end() ? row.t_ms : std::max(row.t_ms, known->second));
    }
    if (last_cancel_ms_.empty()) return touched;
    for (const TradeRow& row : trades) {
        const auto hash = class_hash(row);
        // A print later than every cancel of its class changes nothing.
        if (const auto known = last_cancel_ms_.find(hash);
            known != last_cancel_ms_.end() && known->second >= row.t_ms)
            touch(row, hash, known->second);
    }
    return touched;
}

void CancelLedger::apply(Connection& connection, const std::vector<TradeRow>& trades,
                         const std::vector<TradeRow>& cancels) {
    std::vector<Touched> open;
    for (auto& [hash, touched] : touched_by(trades, cancels)) open.push_back(std::move(touched));
    if (open.empty()) return;
    connection.run(lock_sql(Lock::kMerge, LockMode::kExclusive));
    for (const std::int64_t lookback : kLookbacksMs) {
        open = recompute(connection, open, lookback);
        if (open.empty()) return;
    }
}

std::string CancelLedger::request_for(const std::vector<Touched>& classes, std::int64_t lookback_ms) {
    std::string request = "[";
    for (const Touched& c : classes) {
        const auto from_ms = lookback_ms == kForever ? 0 : std::max<std::int64_t>(0, c.from_ms - lookback_ms);
        request += fmt::format(R"({}{{"sym":"{}","x":{},"p":{},"s":{},"lo":{},"hi":{}}})",
                               request.size() > 1 ? "," : "", c.symbol, c.exchange, c.price, c.size, from_ms,
                               c.to_ms);
    }
    return request + "]";
}

void CancelLedger::append_mark(std::string& marks, const Touched& c, const Result& rows, int row,
                               std::optional<std::int64_t> cancelled_ms) {
    marks += fmt::format(R"({}{{"t":{},"sym":"{}","x":{},"p":{},"s":{},"c":"{}","k":{},"at":{}}})",
                         marks.size() > 1 ? "," : "", rows.text(row, 2), c.symbol, c.exchange, c.price,
                         c.size, rows.text(row, 3), rows.text(row, 4),
                         cancelled_ms ? std::to_string(*cancelled_ms) : "null");
}

// Marks the prints of the classes, seen from `lookback_ms` before their earliest change on; gives the classes
// in which a cancel must reach further back.
std::vector<CancelLedger::Touched> CancelLedger::recompute(Connection& connection,
                                                           const std::vector<Touched>& classes,
                                                           std::int64_t lookback_ms) {
    const Result rows =
        connection.query(std::string(sql::cancel_events_sql), {request_for(classes, lookback_ms)});
    std::string marks = "[";
    std::vector<Touched> open;
    for (int at = 0; at < rows.rows();) {
        const Touched& c = classes[static_cast<std::size_t>(rows.integer(at, 0) - 1)];
        std::vector<ClassEvent> events;
        const int begin = at;
        for (; at < rows.rows() && rows.integer(at, 0) == rows.integer(begin, 0); ++at)
            events.push_back({rows.integer(at, 2), rows.text(at, 1) == "t"});
        const CancelMatch match = match_cancels(events);
        if (lookback_ms != kForever && match.last_unmatched && *match.last_unmatched >= c.from_ms) {
            open.push_back(c);
            continue;
        }
        for (int row = begin; row < at; ++row) {
            const auto i = static_cast<std::size_t>(row - begin);
            if (!events[i].is_cancel && match.cancelled_at[i] != optional_integer(rows, row, 5))
                append_mark(marks, c, rows, row, match.cancelled_at[i]);
        }
    }
    if (marks.size() > 1) connection.query(std::string(sql::cancel_marks_sql), {marks + "]"});
    return open;
}

}  // namespace pulse::store
