#include "wire/trade_filter.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pipe/line_blocks.hpp"
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

/// Where the line with a usual head at `line` ends: at its newline, or at `limit`, the end of its block.
/// Nearly all have from 83 to 130 bytes, which one test each tells: none in the first window behind the head,
/// one in the second.
const char* end_of_usual(const char* line, const char* limit) {
    constexpr std::size_t kWindow = 48;
    static_assert(kHeadBytes + 2 * kWindow - kMaxHeadBytes < kBlockPadding);
    const char* const first = line + kHeadBytes;
    const char* const second = first + kWindow;
    const bool early = any_equal48(first, '\n');
    const std::uint64_t place = equal48(second, '\n');
    const char* const end = second + lowest_bit(place);
    if (!early && place != 0 && end <= limit) [[likely]]
        return end;
    const void* newline = std::memchr(first, '\n', static_cast<std::size_t>(limit - first));
    return newline == nullptr ? limit : static_cast<const char*>(newline);
}

constexpr std::size_t kTail = 15;  // YYMMDD, C or P, eight strike digits

}  // namespace

TradeFilter::TradeFilter(FilterOptions options) : options_(std::move(options)) {
    // Left uninitialised on purpose: memory that no short lines need never becomes resident.
    survivors_.reset(new Survivor[kSlice]);
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
        judge_survivors(find_survivors(block.substr(0, size)), result);
        block.remove_prefix(size);
    }
}

// The first pass goes from line to line and keeps, without a branch on what is in them, all but those that
// certainly are trades of another root; the second looks at the survivors one by one. A slice has at most
// kSlice lines: a longer one is a single line.
TradeFilter::Found TradeFilter::find_survivors(std::string_view slice) {
    const char* const base = slice.data();
    const char* const limit = base + slice.size();
    const char* const last_head = limit - std::min(slice.size(), kMaxHeadBytes);
    const bool all = !options_.fast_path || options_.rule.underlyings.all();
    const Underlyings::Lookup wanted = options_.rule.underlyings.lookup();
    Survivor* const survivors = survivors_.get();
    Found found{};
    for (const char *line = base, *end = nullptr; line < limit; line = end + 1, ++found.lines) {
        UsualHead head;
        if (line < last_head && (head = read_usual_head(line)).ok) [[likely]] {
            end = end_of_usual(line, limit);
        } else {
            const void* newline = std::memchr(line, '\n', static_cast<std::size_t>(limit - line));
            end = newline == nullptr ? limit : static_cast<const char*>(newline);
        }
        survivors[found.survivors] = {line, end, found.lines, head.symbol_size};
        found.survivors += static_cast<std::uint32_t>(!head.ok | all | wanted(head.root_key));
    }
    return found;
}

void TradeFilter::judge_survivors(Found found, FilterResult& result) {
    const std::uint64_t first_line = result.lines;
    const std::size_t rejected = result.rejected.size();
    std::uint32_t judged = 0;
    for (; judged < found.survivors; ++judged) {
        const Survivor& line = survivors_[judged];
        if (options_.strict && result.rejected.size() > rejected) {
            found.lines = survivors_[judged - 1].line + 1;
            break;
        }
        result.lines = first_line + line.line;
        if (options_.fast_path && line.symbol_size != 0 &&
            judge_usual(line.begin, line.symbol_size, line.end, result))
            continue;
        judge_line({line.begin, line.end}, result);
    }
    result.lines = first_line + found.lines;
    result.verdicts[static_cast<std::size_t>(Verdict::kUnderlying)] += found.lines - judged;
}

void TradeFilter::judge_line(std::string_view line, FilterResult& result) {
    if (strip_cr(line).empty()) {
        ++result.ignored;
    } else if (line.size() > kMaxLine) {
        result.reject(line, std::string(kTooLong));
    } else if (!options_.fast_path || !judge_tape_line(line, result)) {
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

// The first eight of a time's thirteen digits are a hundred seconds of one hour, hence of one date.
Day TradeFilter::usual_date(const char* time) {
    if (const std::uint64_t start = load8(time); start != date_start_) {
        date_ = clock_.date_of(
            static_cast<std::int64_t>(digits_value(start, 8) * 100'000 + digits_value(load8(time + 8), 5)));
        date_start_ = start;
    }
    return date_;
}

bool TradeFilter::judge_usual(const char* begin, std::uint32_t symbol_size, const char* end,
                              FilterResult& result) {
    if (end[-1] == '\r') --end;
    UsualTerms trade;
    if (!layouts_.read(begin, symbol_size, end, trade)) return false;
    const std::string_view text(begin + kSymbolOffset, symbol_size);
    Day expiry{};
    if (!usual_expiry(text.data() + text.size() - kTail, expiry)) return false;
    const SmartMoneyRule& rule = options_.rule;
    OccSymbol symbol;
    // A survivor's root is one of the selected ones. With all of them selected it must be looked at.
    if (rule.underlyings.all() && parse_occ_symbol(text, symbol) != SymbolError::kNone) return false;
    const int dte = expiry - usual_date(trade.time);
    if (const Verdict verdict = judge_dte(rule, dte); verdict != Verdict::kPass)
        return result.count(verdict), true;
    if (trade.price_digits * trade.size < least_[static_cast<std::size_t>(trade.price_scale)])
        return result.count(Verdict::kPremium), true;
    const auto price = make_decimal(trade.price_digits, trade.price_scale);
    const auto premium = price ? premium_of(*price, trade.size) : std::nullopt;
    if (!premium) return false;
    parse_occ_symbol(text, symbol);
    write_hit({begin, end}, text, {symbol, *premium, dte}, {}, result);
    return result.count(Verdict::kPass), true;
}

// Lines of history and those that went through a filter before.
bool TradeFilter::judge_tape_line(std::string_view raw, FilterResult& result) {
    const std::string_view line = strip_cr(raw);
    TapePrint trade;
    OccSymbol symbol;
    if (!tape_.read(line, trade) || parse_occ_symbol(trade.sym, symbol) != SymbolError::kNone) return false;
    const auto judged = judge(options_.rule, symbol, trade.price, trade.size, trade.t_ms, clock_);
    if (!judged) return false;
    result.count(judged->verdict);
    if (judged->verdict != Verdict::kPass) return true;
    const bool derived = tape_.derived();
    write_hit(line, trade.sym, {symbol, judged->premium, judged->dte},
              {derived, derived, derived, derived, derived, derived}, result);
    return true;
}

void TradeFilter::judge_parsed(std::string_view raw, FilterResult& result) {
    const std::string_view line = strip_cr(raw);
    const RecordKind kind = parser_.parse(line);
    if (kind == RecordKind::kBad) return result.reject(raw, std::string(parser_.reason()));
    if (kind == RecordKind::kOther) return judge_other(line, result);
    const TradeRecord& trade = parser_.trade();
    const auto judged = judge(options_.rule, trade.symbol, trade.price, trade.size, trade.t_ms, clock_);
    if (!judged) return result.reject(raw, std::string(kPremiumTooLong));
    result.count(judged->verdict);
    if (judged->verdict != Verdict::kPass) return;
    write_hit(line, trade.sym, {trade.symbol, judged->premium, judged->dte}, trade.derived, result);
}

// A watermark promises nothing of tickers whose trades end here. All else goes on as it came, also a
// watermark that can't be read: whoever needs it tells what is wrong.
void TradeFilter::judge_other(std::string_view line, FilterResult& result) {
    const Underlyings& underlyings = options_.rule.underlyings;
    if (!underlyings.all() && parser_.ev() == "W") {
        auto watermark = watermarks_.read(line);
        if (watermark && !watermark->tickers.empty()) {
            auto within = tickers_within(*watermark, underlyings);
            if (within.empty()) return result.count(Verdict::kUnderlying);
            if (within != watermark->tickers) {
                watermark->tickers = std::move(within);
                ++result.other_records;
                result.output += watermark_line(*watermark);
                return;
            }
        }
    }
    ++result.other_records;
    (result.output += line) += '\n';
}

// `line` ends in its object's brace, but for blanks.
void TradeFilter::write_hit(std::string_view line, std::string_view sym, const Derived& derived,
                            const DerivedPresence& present, FilterResult& result) const {
    const std::size_t brace = line.rfind('}');
    result.output += line.substr(0, brace);
    append_derived(result.output, derived, present);
    (result.output += line.substr(brace)) += '\n';
    if (options_.log_hits) append_hit(result.hits, sym, derived.premium, derived.dte);
}

}  // namespace pulse
