#include "store/batch_note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "embedded/pulse_store.hpp"
#include "store/batch_log.hpp"
#include "store/locks.hpp"

namespace pulse::store {

namespace {

void widen(std::optional<TimeRange>& range, std::int64_t t_ms) {
    if (!range) range = TimeRange{t_ms, t_ms};
    range->from_ms = std::min(range->from_ms, t_ms);
    range->to_ms = std::max(range->to_ms, t_ms);
}

std::string instant_sql(std::optional<std::int64_t> unix_ms) {
    return unix_ms ? fmt::format("timestamptz 'epoch' + {} * interval '1 ms'", *unix_ms) : "NULL";
}

void fill_in(std::string& sql, std::string_view name, const std::string& value) {
    sql.replace(sql.find(name), name.size(), value);
}

void fill_in_range(std::string& sql, const std::string& name, const std::optional<TimeRange>& range) {
    fill_in(sql, name + "_from",
            instant_sql(range ? std::optional<std::int64_t>(range->from_ms) : std::nullopt));
    fill_in(sql, name + "_to", instant_sql(range ? std::optional<std::int64_t>(range->to_ms) : std::nullopt));
}

}  // namespace

void BatchNote::trades(std::span<const Placed> placed, const std::vector<TradeRow>& rows) {
    for (const Placed& place : placed) {
        const TradeRow& row = rows[place.row];
        widen(trades_, row.t_ms);
        history_ = history_ || is_history(row.source);
    }
}

void BatchNote::cancels(std::span<const Placed> placed, const std::vector<TradeRow>& rows) {
    for (const Placed& place : placed) {
        const TradeRow& row = rows[place.row];
        widen(cancels_, row.t_ms);
        history_ = history_ || is_history(row.source);
    }
}

void BatchNote::watermarks(const Result& coverage) {
    if (coverage.integer(0, 0) == 0) return;
    covered_ = true;
    if (!coverage.null(0, 1)) live_to_ms_ = std::max(live_to_ms_.value_or(0), coverage.integer(0, 1));
}

std::string BatchNote::commit_sql() const {
    if (!trades_ && !cancels_ && !covered_ && !ordered_) return "COMMIT";
    std::string sql(sql::log_batch_sql);
    fill_in_range(sql, ":trades", trades_);
    fill_in_range(sql, ":cancels", cancels_);
    fill_in(sql, ":live_to", instant_sql(live_to_ms_));
    fill_in(sql, ":history", history_ ? "true" : "false");
    fill_in(sql, ":kept", std::to_string(kBatchesKept));
    fill_in(sql, ":channel", kBatchChannel);
    return lock_sql(Lock::kBatchLog, LockMode::kExclusive) + "; " + sql + "; COMMIT";
}

}  // namespace pulse::store
