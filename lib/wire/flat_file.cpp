#include "wire/flat_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "wire/derived.hpp"
#include "wire/record.hpp"

namespace pulse {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::size_t kSymbolTail = 15;  // YYMMDD, C or P, eight strike digits

/// A reason to reject the row; leaves judge_row from any depth.
struct Bad {
    std::string reason;
};

std::int64_t whole(std::string_view text, std::string_view column, std::int64_t max) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        const auto decimal = parse_decimal(text);  // sizes of newer layouts: 3.0
        if (!decimal || decimal->scale != 0) throw Bad{fmt::format("{} is not a whole number", column)};
        value = decimal->digits;
    }
    if (value < 0) throw Bad{fmt::format("{} is negative", column)};
    if (value > max) throw Bad{fmt::format("{} is out of range", column)};
    return value;
}

/// Condition ids as JSON wants them, `232,233`: the file may pad them. Empty is fine.
std::string conditions_text(std::string_view text) {
    std::string out;
    for (const char* separator = ""; !text.empty(); separator = ",") {
        const std::size_t comma = std::min(text.find(','), text.size());
        out += fmt::format("{}{}", separator, whole(text.substr(0, comma), "conditions", INT16_MAX));
        if (comma + 1 == text.size()) throw Bad{"conditions end in a comma"};
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

}  // namespace

std::optional<FlatHeader> FlatHeader::parse(std::string_view line) {
    std::vector<std::string_view> names;
    if (!split_csv(line, names)) return std::nullopt;
    bool complete = true;
    const auto column = [&](std::string_view name) {
        const auto at = std::find(names.begin(), names.end(), name);
        complete &= at != names.end();
        return static_cast<std::size_t>(at - names.begin());
    };
    FlatHeader header{column("ticker"),        column("conditions"), column("exchange"), column("price"),
                      column("sip_timestamp"), column("size"),       names.size()};
    if (!complete) return std::nullopt;
    return header;
}

bool looks_like_flat_header(std::string_view line) {
    return FlatHeader::parse(line).has_value();
}

bool split_csv(std::string_view line, std::vector<std::string_view>& columns) {
    columns.clear();
    for (;;) {
        std::size_t end = 0;
        if (line.starts_with('"')) {
            const std::size_t quote = line.find('"', 1);
            if (quote == std::string_view::npos) return false;
            columns.push_back(line.substr(1, quote - 1));
            end = quote + 1;
            if (end < line.size() && line[end] != ',') return false;
        } else {
            end = std::min(line.find(','), line.size());
            columns.push_back(line.substr(0, end));
        }
        if (end == line.size()) return true;
        line.remove_prefix(end + 1);
    }
}

void FlatFilter::filter(std::string_view block, FilterResult& result) {
    while (!block.empty() && !(options_.strict && !result.rejected.empty())) {
        const void* newline = std::memchr(block.data(), '\n', block.size());
        const std::size_t end =
            newline == nullptr ? block.size()
                               : static_cast<std::size_t>(static_cast<const char*>(newline) - block.data());
        judge_line(block.substr(0, end), result);
        ++result.lines;
        block.remove_prefix(std::min(end + 1, block.size()));
    }
}

void FlatFilter::judge_line(std::string_view raw, FilterResult& result) {
    const std::string_view line = raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw;
    if (line.empty()) return void(++result.ignored);
    if (line.size() > kMaxLine) return result.reject(raw, std::string(kTooLong));
    if (header_ && foreign(line)) return result.count(Verdict::kUnderlying);
    try {
        judge_row(line, result);
    } catch (Bad& bad) {
        result.reject(raw, std::move(bad.reason));
    }
}

// Most rows of a whole-market file are of other roots, and the ticker stands first in every layout known.
bool FlatFilter::foreign(std::string_view line) const {
    const Underlyings& wanted = options_.rule.underlyings;
    if (wanted.all() || header_->ticker != 0 || !line.starts_with("O:")) return false;
    const void* comma = std::memchr(line.data(), ',', std::min<std::size_t>(line.size(), 24));
    if (comma == nullptr) return false;
    const auto size = static_cast<std::size_t>(static_cast<const char*>(comma) - line.data());
    return size > kSymbolTail + 2 && size <= kSymbolTail + 8 &&
           !wanted.contains(line.substr(2, size - kSymbolTail - 2));
}

void FlatFilter::judge_row(std::string_view line, FilterResult& result) {
    if (!line.starts_with("O:")) {
        if (const auto header = FlatHeader::parse(line)) {
            header_ = header;
            return void(++result.ignored);
        }
    }
    if (!header_)
        throw Bad{
            "no header with ticker, conditions, exchange, price, sip_timestamp and size before this line"};
    if (!split_csv(line, columns_)) throw Bad{"broken quotes"};
    if (columns_.size() != header_->columns)
        throw Bad{fmt::format("{} columns where the header has {}", columns_.size(), header_->columns)};
    const std::string_view sym = columns_[header_->ticker];
    OccSymbol symbol;
    if (const auto error = parse_occ_symbol(sym, symbol); error != SymbolError::kNone)
        throw Bad{std::string(describe(error))};
    const std::string_view price_text = columns_[header_->price];
    const auto price = parse_decimal(price_text);
    if (!price) throw Bad{"price is not a number of at most 18 digits"};
    if (price->digits < 0) throw Bad{"price is negative"};
    const std::int64_t contracts = whole(columns_[header_->size], "size", INT32_MAX);
    const std::int64_t ns = whole(columns_[header_->sip_timestamp], "sip_timestamp", INT64_MAX);
    const std::int64_t exchange = whole(columns_[header_->exchange], "exchange", INT16_MAX);
    const std::string conditions = conditions_text(columns_[header_->conditions]);
    const auto judged = judge(options_.rule, symbol, *price, contracts, ns / kNsPerMs, clock_);
    if (!judged) throw Bad{std::string(kPremiumTooLong)};
    result.count(judged->verdict);
    if (judged->verdict != Verdict::kPass) return;
    fmt::format_to(std::back_inserter(result.output),
                   R"({{"ev":"T","sym":"{}","x":{},"p":{},"s":{},"c":[{}],"t":{},"ns":{},"src":"flat")", sym,
                   exchange, price_text, contracts, conditions, ns / kNsPerMs, ns);
    append_derived(result.output, {symbol, judged->premium, judged->dte});
    result.output += "}\n";
    if (options_.log_hits) append_hit(result.hits, sym, judged->premium, judged->dte);
}

}  // namespace pulse
