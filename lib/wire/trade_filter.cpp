#include "wire/trade_filter.hpp"

#include <cstring>

#include "wire/derived.hpp"
#include "wire/swar.hpp"

namespace pulse {

namespace {

/// Bytes handled by one round of the passes: what a round touches stays in the first two cache levels.
constexpr std::size_t kSlice = std::size_t{32} * 1024;

std::string_view strip_cr(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The least price digits × contracts whose premium reaches `min_premium`, for prices of that scale: from
/// digits × contracts × 100 × 10^-scale ≥ min follows min × 10^(scale - 2), rounded up.
std::int64_t least_product(const Decimal& min_premium, std::int32_t scale) {
    std::int32_t shift = min_premium.scale + 2 - scale;
    if (shift <= 0) {
        const auto least = make_decimal(min_premium.digits, shift);
        return least ? least->digits : INT64_MAX;
    }
    std::int64_t least = min_premium.digits;
    for (; shift > 0; --shift) least = least / 10 + (least % 10 != 0);
    return least;
}

constexpr std::size_t kTail = 15;  // YYMMDD, C or P, eight strike digits

}  // namespace

TradeFilter::TradeFilter(FilterOptions options) : options_(std::move(options)) {
    for (std::size_t scale = 0; scale < least_.size(); ++scale)
        least_[scale] = least_product(options_.rule.min_premium, static_cast<std::int32_t>(scale));
}

void TradeFilter::filter(std::string_view block, FilterResult& result) {
    while (!block.empty() && !(options_.strict && !result.rejected.empty())) {
        std::size_t size = block.size();
        if (size > kSlice) {
            const void* newline = ::memrchr(block.data(), '\n', kSlice);
            if (newline == nullptr) newline = std::memchr(block.data() + kSlice, '\n', size - kSlice);
            if (newline != nullptr)
                size = static_cast<std::size_t>(static_cast<const char*>(newline) - block.data()) + 1;
        }
        find_survivors(block.substr(0, size), result);
        block.remove_prefix(size);
    }
}

// Pass 1 finds the line ends; pass 2 keeps, without data-dependent branches, every line but those that
// certainly are trades of another root; pass 3 looks at the survivors one by one.
void TradeFilter::find_survivors(std::string_view block, FilterResult& result) {
    ends_ = line_ends_.find(block);
    const std::size_t lines = ends_.size();
    if (survivors_.size() < lines) survivors_.resize(lines);
    const bool quick = options_.fast_path && !options_.rule.underlyings.all();
    const Underlyings::Lookup wanted = options_.rule.underlyings.lookup();
    const std::uint32_t* const ends = ends_.data();
    Survivor* const survivors = survivors_.data();
    std::size_t kept = 0;
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < lines; ++i) {
        const UsualHead head = read_usual_head(block.data() + begin);
        const bool whole = begin + kSymbolOffset + head.symbol_size < ends[i];
        // A whole head spares the third pass a second look: zero says there is none.
        survivors[kept] = {static_cast<std::uint32_t>(i), head.ok & whole ? head.symbol_size : 0};
        kept += !(head.ok & whole & quick & !wanted(head.root_key));
        begin = ends[i] + 1;
    }
    judge_survivors(block, kept, result);
}

void TradeFilter::judge_survivors(std::string_view block, std::size_t kept, FilterResult& result) {
    const std::uint64_t first_line = result.lines;
    const std::size_t rejected = result.rejected.size();
    std::size_t judged = 0;
    std::size_t lines = ends_.size();
    for (; judged < kept; ++judged) {
        const auto [i, symbol_size] = survivors_[judged];
        if (options_.strict && result.rejected.size() > rejected) {
            lines = survivors_[judged - 1].line + 1;
            break;
        }
        result.lines = first_line + i;
        const char* const begin = block.data() + (i == 0 ? 0 : ends_[i - 1] + 1);
        const char* const end = block.data() + ends_[i];
        if (options_.fast_path && symbol_size != 0 && judge_usual(begin, symbol_size, end, result)) continue;
        judge_line({begin, end}, result);
    }
    result.lines = first_line + lines;
    result.verdicts[static_cast<std::size_t>(Verdict::kUnderlying)] += lines - judged;
}

void TradeFilter::judge_line(std::string_view line, FilterResult& result) {
    if (strip_cr(line).empty()) {
        ++result.ignored;
    } else if (line.size() > kMaxLine) {
        result.reject(line, std::string(kTooLong));
    } else {
        judge_parsed(line, result);
    }
}

bool TradeFilter::usual_expiry(const char* digits, Day& expiry) {
    const std::uint64_t key = load8(digits) & 0xFFFFFFFFFFFF;  // six characters
    CachedExpiry& cached = expiries_[(key * 0x9E3779B97F4A7C15) >> 56];
    if (cached.digits != key) {
        char symbol[] = "O:A000000C00000000";
        std::memcpy(symbol + 3, digits, 6);
        OccSymbol parsed;
        if (parse_occ_symbol({symbol, sizeof symbol - 1}, parsed) != SymbolError::kNone) return false;
        cached = {key, parsed.expiry};
    }
    expiry = cached.day;
    return true;
}

bool TradeFilter::judge_usual(const char* begin, std::uint32_t symbol_size, const char* end,
                              FilterResult& result) {
    UsualTrade trade;
    if (!read_usual_tail(begin, symbol_size, end, trade)) return false;
    if (trade.end != end && !(trade.end + 1 == end && *trade.end == '\r')) return false;
    const char* const tail = trade.symbol.data() + trade.symbol.size() - kTail;
    Day expiry{};
    if (!usual_expiry(tail, expiry)) return false;
    const SmartMoneyRule& rule = options_.rule;
    OccSymbol symbol;
    // A survivor's root is one of the selected ones. With all of them selected it must be looked at.
    if (rule.underlyings.all() && parse_occ_symbol(trade.symbol, symbol) != SymbolError::kNone) return false;
    const int dte = expiry - clock_.date_of(trade.t_ms);
    if (const Verdict verdict = judge_dte(rule, dte); verdict != Verdict::kPass)
        return result.count(verdict), true;
    if (trade.price_digits * trade.size < least_[static_cast<std::size_t>(trade.price_scale)])
        return result.count(Verdict::kPremium), true;
    const auto price = make_decimal(trade.price_digits, trade.price_scale);
    const auto premium = price ? premium_of(*price, trade.size) : std::nullopt;
    if (!premium) return false;
    parse_occ_symbol(trade.symbol, symbol);
    result.output.append(begin, trade.end - 1);
    append_derived(result.output, {symbol, *premium, dte});
    result.output += "}\n";
    if (options_.log_hits) append_hit(result.hits, trade.symbol, *premium, dte);
    return result.count(Verdict::kPass), true;
}

void TradeFilter::judge_parsed(std::string_view raw, FilterResult& result) {
    const std::string_view line = strip_cr(raw);
    const RecordKind kind = parser_.parse(line);
    if (kind == RecordKind::kBad) return result.reject(raw, std::string(parser_.reason()));
    if (kind == RecordKind::kOther) {
        ++result.other_records;
        (result.output += line) += '\n';
        return;
    }
    const TradeRecord& trade = parser_.trade();
    const auto judged = judge(options_.rule, trade.symbol, trade.price, trade.size, trade.t_ms, clock_);
    if (!judged) return result.reject(raw, std::string(kPremiumTooLong));
    result.count(judged->verdict);
    if (judged->verdict != Verdict::kPass) return;
    const std::size_t brace = line.rfind('}');
    result.output += line.substr(0, brace);
    append_derived(result.output, {trade.symbol, judged->premium, judged->dte}, trade.derived);
    (result.output += line.substr(brace)) += '\n';
    if (options_.log_hits) append_hit(result.hits, trade.sym, judged->premium, judged->dte);
}

}  // namespace pulse
