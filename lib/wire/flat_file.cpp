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

/// A row's columns, checked. Views point into the line.
struct Row {
    std::string_view sym;
    OccSymbol symbol;
    std::string_view price_text;
    Decimal price;
    std::int64_t contracts;
    std::int64_t ns;
    std::int64_t exchange;
    std::string conditions;
};

Row checked_row(const FlatHeader& header, const std::vector<std::string_view>& columns) {
    if (columns.size() != header.columns)
        throw Bad{fmt::format("{} columns where the header has {}", columns.size(), header.columns)};
    Row row{};
    row.sym = columns[header.ticker];
    if (const auto error = parse_occ_symbol(row.sym, row.symbol); error != SymbolError::kNone)
        throw Bad{std::string(describe(error))};
    row.price_text = columns[header.price];
    const auto price = parse_decimal(row.price_text);
    if (!price) throw Bad{"price is not a number of at most 18 digits"};
    if (price->digits < 0) throw Bad{"price is negative"};
    row.price = *price;
    row.contracts = whole(columns[header.size], "size", INT32_MAX);
    row.ns = whole(columns[header.sip_timestamp], "sip_timestamp", INT64_MAX);
    row.exchange = whole(columns[header.exchange], "exchange", INT16_MAX);
    row.conditions = conditions_text(columns[header.conditions]);
    return row;
}

/// The trade record but for its closing brace.
void append_trade(std::string& out, const Row& row) {
    fmt::format_to(std::back_inserter(out),
                   R"({{"ev":"T","sym":"{}","x":{},"p":{},"s":{},"c":[{}],"t":{},"ns":{},"src":"flat")",
                   row.sym, row.exchange, row.price_text, row.contracts, row.conditions, row.ns / kNsPerMs,
                   row.ns);
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
    if (header_ && foreign(*header_, line)) {
        if (!foreign_dated_) note_date(*header_, line, result);
        return result.count(Verdict::kUnderlying);
    }
    try {
        judge_row(line, result);
    } catch (Bad& bad) {
        result.reject(raw, std::move(bad.reason));
    }
}

// Most rows of a whole-market file are of other roots, and the ticker stands first in every layout known.
bool FlatFilter::foreign(const FlatHeader& header, std::string_view line) const {
    const Underlyings& wanted = options_.rule.underlyings;
    if (wanted.all() || header.ticker != 0 || !line.starts_with("O:")) return false;
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
            foreign_dated_ = false;
            return void(++result.ignored);
        }
    }
    if (!header_)
        throw Bad{
            "no header with ticker, conditions, exchange, price, sip_timestamp and size before this line"};
    if (!split_csv(line, columns_)) throw Bad{"broken quotes"};
    const Row row = checked_row(*header_, columns_);
    result.days.add(clock_.date_of(row.ns / kNsPerMs));
    if (options_.unfiltered) {
        const bool wanted = options_.rule.underlyings.contains(row.symbol.root());
        result.count(wanted ? Verdict::kPass : Verdict::kUnderlying);
        if (wanted) append_trade(result.output, row), result.output += "}\n";
        return;
    }
    const auto judged = judge(options_.rule, row.symbol, row.price, row.contracts, row.ns / kNsPerMs, clock_);
    if (!judged) throw Bad{std::string(kPremiumTooLong)};
    result.count(judged->verdict);
    if (judged->verdict != Verdict::kPass) return;
    append_trade(result.output, row);
    append_derived(result.output, {row.symbol, judged->premium, judged->dte});
    result.output += "}\n";
    if (options_.log_hits) append_hit(result.hits, row.sym, judged->premium, judged->dte);
}

// Tells the date of a file that holds no row of ours. Rows of other roots are not checked: a bad one says
// nothing.
void FlatFilter::note_date(const FlatHeader& header, std::string_view line, FilterResult& result) {
    std::int64_t ns = -1;
    if (!split_csv(line, columns_) || columns_.size() != header.columns) return;
    const std::string_view text = columns_[header.sip_timestamp];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ns);
    if (error != std::errc{} || end != text.data() + text.size() || ns < 0) return;
    result.days.add(clock_.date_of(ns / kNsPerMs));
    foreign_dated_ = true;
}

}  // namespace pulse
