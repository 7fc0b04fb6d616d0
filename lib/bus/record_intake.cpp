#include "bus/record_intake.hpp"

#include <algorithm>
#include <cstring>

#include "bus/route.hpp"
#include "wire/watermark.hpp"

namespace pulse::bus {

namespace {

constexpr std::string_view kInput = "stdin";
constexpr std::size_t kAroundRoot = 17;  // O: and date, side and strike

// The marker of a source is text in a record: anything but a plain word stays out of it.
bool plain_source(std::string_view source) {
    return is_history_source(source) && source.size() <= 16 &&
           std::all_of(source.begin(), source.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

RecordIntake::RecordIntake(const Options& options, Rejects& rejects, const Out& out)
    : options_(options), rejects_(rejects), split_(options.partitions) {
    packers_.reserve(options.partitions);
    for (unsigned p = 0; p < options.partitions; ++p)
        packers_.emplace_back(options.stream, p, options.limits,
                              [out, p](Round&& round) { out(p, std::move(round)); });
}

void RecordIntake::take(std::string_view lines) {
    cutter_.each(lines, [this](std::string_view line) { take_line(line); });
}

void RecordIntake::end_long_line() {
    cutter_.skip();
    ++received_;
    rejects_.end_long_line(kInput, cutter_.number(), kTooLong);
}

void RecordIntake::take_line(std::string_view line) {
    ++received_;
    if (line.size() > options_.max_line)
        return rejects_.reject(kInput, cutter_.number(), line, "longer than the server takes (max_payload)");
    if (usual_.read(line, print_)) return take_print(print_, line);
    switch (parser_.parse(line)) {
        case RecordKind::kTrade:
            return take_trade(parser_.trade(), line);
        case RecordKind::kOther:
            return parser_.ev() == "W" ? take_watermark(line) : take_other(line);
        case RecordKind::kBad:
            return rejects_.reject(kInput, cutter_.number(), line, parser_.reason());
    }
}

void RecordIntake::take_print(const TapePrint& print, std::string_view line) {
    const auto root = print.sym.substr(2, print.sym.size() - kAroundRoot);
    add_trade(root, {print.sym, print.flat ? "flat" : "rest", print.t_ms, line}, print.history,
              print.sequence.has_value());
}

void RecordIntake::take_trade(const TradeRecord& trade, std::string_view line) {
    const bool counted = plain_source(trade.source);
    add_trade(trade.symbol.root(), {trade.sym, trade.source, trade.t_ms, line}, counted,
              trade.sequence.has_value());
}

void RecordIntake::add_trade(std::string_view root, const CountedPrint& print, bool counted, bool numbered) {
    const unsigned partition = partition_of_root(root);
    if (counted)
        packers_[partition].add_print(root, print);
    else
        packers_[partition].add(root, print.line, numbered);
}

void RecordIntake::take_watermark(std::string_view line) {
    const auto watermark = watermarks_.read(line);
    if (!watermark) return rejects_.reject(kInput, cutter_.number(), line, "no usable watermark");
    const auto parts = split_.split(*watermark, line);
    if (parts.empty()) ++unclaimed_;
    std::uint32_t records = 1;
    for (const auto& [partition, text] : parts) {
        packers_[partition].add_alone(text, records);
        records = 0;
        for (const std::string& ticker : watermark->tickers)
            packers_[partition].end_pass(watermark->source, ticker);
        if (watermark->tickers.empty()) packers_[partition].end_pass(watermark->source, "*");
    }
}

void RecordIntake::take_other(std::string_view line) {
    const std::string ticker = tickers_.read(line);
    const std::string_view token = ticker.empty() ? kOtherToken : std::string_view(ticker);
    packers_[partition_of(token, options_.partitions)].add(token, line, false);
}

unsigned RecordIntake::partition_of_root(std::string_view root) {
    std::uint64_t key = 0;
    std::memcpy(&key, root.data(), std::min(root.size(), sizeof key));
    const auto known = roots_.find(key);
    if (known != roots_.end()) return known->second;
    const unsigned partition = partition_of(root, options_.partitions);
    split_.saw(root, partition);
    return roots_[key] = partition;
}

}  // namespace pulse::bus
