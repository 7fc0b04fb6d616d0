#include "store/intake.hpp"

#include <optional>

#include "base/log.hpp"
#include "market/conditions.hpp"

namespace pulse::store {

namespace {

constexpr std::string_view kInput = "stdin";
constexpr std::size_t kMaxWarnedKinds = 32;

std::optional<JsonKind> json_kind(std::string_view ev) {
    if (ev == "W") return JsonKind::kWatermark;
    if (ev == "D") return JsonKind::kDailyBar;
    if (ev == "O") return JsonKind::kOrder;
    if (ev == "B") return JsonKind::kBaseline;
    return std::nullopt;
}

}  // namespace

void Intake::take(std::string_view lines, Batch& batch) {
    cutter_.each(lines, [&](std::string_view line) { take_line(line, batch); });
}

void Intake::end_long_line() {
    cutter_.skip();
    ++received_;
    rejects_.end_long_line(kInput, cutter_.number(), kTooLong);
}

void Intake::take_line(std::string_view line, Batch& batch) {
    ++received_;
    if (fast_path_ && usual_.read(line, print_)) return take_trade(print_, line, batch);
    switch (parser_.parse(line)) {
        case RecordKind::kTrade:
            take_trade(parser_.trade(), line, batch);
            break;
        case RecordKind::kOther:
            take_other(line, batch);
            break;
        case RecordKind::kBad:
            rejects_.reject(kInput, cutter_.number(), line, parser_.reason());
            break;
    }
}

template <typename Print>
void Intake::take_trade(const Print& print, std::string_view line, Batch& batch) {
    TradeRow row;
    if (const auto reason = make_trade_row(print, clock_, row); !reason.empty()) {
        rejects_.reject(kInput, cutter_.number(), line, reason);
        return;
    }
    if (!row.sequence) row.ordinal = passes_.count(row);
    row.line = batch.add_line(cutter_.number(), line);
    (is_cancel(row.conditions) ? batch.cancels : batch.trades).push_back(std::move(row));
}

void Intake::take_other(std::string_view line, Batch& batch) {
    const auto kind = json_kind(parser_.ev());
    if (!kind) {
        ++unknown_;
        if (warned_.size() < kMaxWarnedKinds && warned_.emplace(parser_.ev()).second)
            log::warn("records of kind \"{}\" have no table and are left out", parser_.ev());
        return;
    }
    if (*kind == JsonKind::kWatermark && !take_watermark(line)) return;
    batch.json[static_cast<std::size_t>(*kind)].push_back(batch.add_line(cutter_.number(), line));
}

// False when there is nothing to store: a watermark without tickers covers nothing, it says that its source
// starts over. A damaged one is left to the server, which refuses it with its reason.
bool Intake::take_watermark(std::string_view line) {
    const auto watermark = watermarks_.read(line);
    if (!watermark) return true;
    if (is_history(watermark->source)) {
        for (const auto& ticker : watermark->tickers) passes_.end_pass(watermark->source, ticker);
        if (watermark->tickers.empty()) passes_.end_pass(watermark->source, "*");
    }
    if (!watermark->tickers.empty()) return true;
    ++markers_;
    return false;
}

}  // namespace pulse::store
