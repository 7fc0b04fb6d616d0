#include "vendor/backfill_ledger.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "market/calendar.hpp"

namespace pulse {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kWorthCompacting = 1000;  // lines

std::optional<std::string_view> text_at(const dom::element& line, std::string_view key) {
    std::string_view text;
    if (line[key].get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
}

std::optional<Day> date_at(const dom::element& line, std::string_view key) {
    const auto text = text_at(line, key);
    return text ? parse_date(*text) : std::nullopt;
}

std::optional<std::int64_t> integer_at(const dom::element& line, std::string_view key) {
    std::int64_t value = 0;
    if (line[key].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

}  // namespace

BackfillLedger::BackfillLedger(const std::vector<std::string>& lines) : lines_(lines.size()) {
    dom::parser parser;
    for (const std::string& text : lines) {
        dom::element line;
        if (parser.parse(text).get(line) != simdjson::SUCCESS || !line.is_object()) {
            ++ignored_;
            continue;
        }
        const auto contract = text_at(line, "c"), underlying = text_at(line, "u"),
                   ticker = text_at(line, "w");
        const auto first = date_at(line, "from"), through = date_at(line, "through"),
                   session = date_at(line, "session");
        const auto from_ms = integer_at(line, "from"), to_ms = integer_at(line, "to");
        if (contract && underlying && first && through) {
            Contract& known = contracts_[std::string(*contract)];
            known.underlying = *underlying;
            known.stretches.push_back({*first, *through});
        } else if (ticker && session && from_ms && to_ms) {
            watermarks_.emplace(*ticker, *session, *from_ms, *to_ms);
        } else {
            ++ignored_;
        }
    }
}

bool BackfillLedger::watermarked(const HistoryWindow& window) const {
    return watermarks_.contains({window.ticker, window.session, window.from_ms, window.to_ms});
}

const std::vector<BackfillLedger::Stretch>* BackfillLedger::finished(const std::string& contract) const {
    const auto at = contracts_.find(contract);
    return at == contracts_.end() ? nullptr : &at->second.stretches;
}

bool BackfillLedger::contains(const std::vector<Stretch>* stretches, Day session) {
    return stretches != nullptr &&
           std::any_of(stretches->begin(), stretches->end(), [&](const Stretch& stretch) {
               return stretch.from <= session && session <= stretch.through;
           });
}

bool BackfillLedger::covered(const std::string& underlying, const Stretch& stretch) const {
    for (Day day = stretch.from; day <= stretch.through; ++day) {
        if (day != stretch.from && day != stretch.through && !is_session(day)) continue;
        const auto at = watermarks_.lower_bound({underlying, day, INT64_MIN, INT64_MIN});
        if (at == watermarks_.end() || std::get<0>(*at) != underlying || std::get<1>(*at) != day)
            return false;
    }
    return true;
}

std::vector<std::string> BackfillLedger::compacted() const {
    std::vector<std::string> lines;
    lines.reserve(watermarks_.size());
    for (const auto& [ticker, session, from_ms, to_ms] : watermarks_)
        lines.push_back(watermark_state_line({ticker, session, 0, 0, from_ms, to_ms}));
    for (const auto& [name, contract] : contracts_) {
        std::vector<Stretch> stretches = contract.stretches;
        std::sort(stretches.begin(), stretches.end(),
                  [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
        std::vector<Stretch> joined;
        for (const Stretch& stretch : stretches) {
            if (!joined.empty() && stretch.from <= joined.back().through)
                joined.back().through = std::max(joined.back().through, stretch.through);
            else
                joined.push_back(stretch);
        }
        for (const Stretch& stretch : joined)
            if (!covered(contract.underlying, stretch))
                lines.push_back(
                    contract_state_line(name, contract.underlying, stretch.from, stretch.through));
    }
    return lines;
}

std::optional<std::vector<std::string>> BackfillLedger::much_shorter() const {
    if (lines_ < kWorthCompacting) return std::nullopt;
    auto lines = compacted();
    if (2 * lines.size() >= lines_) return std::nullopt;
    return lines;
}

std::string contract_state_line(std::string_view contract, std::string_view underlying, Day from,
                                Day through) {
    return fmt::format(R"({{"c":"{}","u":"{}","from":"{}","through":"{}"}})", contract, underlying,
                       date_text(from), date_text(through));
}

std::string watermark_state_line(const HistoryWindow& window) {
    return fmt::format(R"({{"w":"{}","session":"{}","from":{},"to":{}}})", window.ticker,
                       date_text(window.session), window.from_ms, window.to_ms);
}

std::string trades_state_header(const SmartMoneyRule& rule, bool unfiltered) {
    if (unfiltered) return R"({"state":"backfill-fetch trades","unfiltered":true})";
    return fmt::format(R"({{"state":"backfill-fetch trades","min_premium":{},"min_dte":{},"max_dte":{}}})",
                       decimal_text(rule.min_premium), rule.min_dte, rule.max_dte);
}

}  // namespace pulse
