#include "market/baseline_session.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "market/conditions.hpp"
#include "market/premium_bucket.hpp"

namespace pulse {

namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kUnitsPerDollar = 10'000;
constexpr int kUnitScale = 6;  // a price of six decimals gives whole units: × 100 shares × 10,000
constexpr std::int64_t kTooMuch = 100'000'000'000 * kUnitsPerDollar;

/// Premium in 1/10,000 dollar, a rest cut off; nothing when no real print can have it.
std::optional<std::uint64_t> premium_units(const TapePrint& print) {
    if (print.size > INT64_C(0xFFFF'FFFF)) return std::nullopt;
    Int128 units = static_cast<Int128>(print.price.digits) * print.size;
    int scale = print.price.scale;
    for (; scale < kUnitScale; ++scale) units *= 10;
    if (scale == kUnitScale) {
        if (units >= kTooMuch) return std::nullopt;
        return static_cast<std::uint64_t>(units);
    }
    for (; scale > kUnitScale; --scale) units /= 10;
    if (units >= kTooMuch) return std::nullopt;
    return static_cast<std::uint64_t>(units);
}

std::int64_t open_after(Day day) {
    for (;;)
        if (const auto session = session_of(++day)) return session->open_ms;
}

struct Kind {
    bool cancel = false;
    bool left_out = false;
};

Kind kind_of(std::span<const std::int16_t> conditions) {
    Kind kind;
    for (const auto id : conditions) {
        kind.cancel = kind.cancel || is_cancel_condition(id);
        kind.left_out = kind.left_out || is_left_out_condition(id);
    }
    return kind;
}

}  // namespace

BaselineSession::BaselineSession(const Session& session, const BaselineBuilder::Options& options)
    : session_(session),
      next_open_ms_(open_after(session.date)),
      options_(options),
      step_ms_(options.step_min * kMinuteMs),
      slots_(static_cast<int>((session.close_ms - session.open_ms) / (kSlotMinutes * kMinuteMs))) {}

void BaselineSession::enroll(ContractDay& contract, std::string_view symbol) {
    OccSymbol parts;
    if (parse_occ_symbol(symbol, parts) != SymbolError::kNone) return;
    const auto bucket = dte_bucket(parts.expiry - session_.date);
    if (!bucket) return;
    if (told_.contains(parts.root())) return;
    const auto cell = static_cast<std::size_t>(*bucket) +
                      (parts.side == OptionSide::kPut ? kDteBuckets.size() : std::size_t{0});
    contract.cell = static_cast<std::int8_t>(cell);
    tickers_[std::string(parts.root())].cells[cell].push_back(&contract);
}

bool BaselineSession::add(const TapePrint& print, std::uint32_t pass) {
    if (over_) return false;
    bool is_new = false;
    ContractDay& contract = contracts_.find_or_add(print.sym, is_new);
    if (is_new) enroll(contract, print.sym);
    if (contract.cell < 0) return false;
    const auto since_open = static_cast<std::int32_t>(print.t_ms - session_.open_ms);
    const bool again = contract.pass != pass && since_open <= contract.newest;
    if (again) contract.drop();
    contract.pass = pass;
    contract.newest = std::max(contract.newest, since_open);
    count(contract, print, static_cast<std::uint32_t>(since_open));
    return again;
}

void BaselineSession::count(ContractDay& contract, const TapePrint& print, std::uint32_t since_open) {
    const auto units = premium_units(print);
    if (!units) return;
    const auto step_of = [&](std::uint32_t ms) { return static_cast<std::int32_t>(ms / step_ms_); };
    const Kind kind = kind_of(print.conditions);
    if (kind.cancel) {
        if (contract.memory.take_cancel(print, since_open) != PrintMemory::Verdict::kTakeBack) return;
        contract.add(step_of(contract.memory.taken_back_ms()), 0 - *units);
        --contract.prints;
    } else {
        if (contract.memory.take_print(print, since_open, !kind.left_out) != PrintMemory::Verdict::kCount)
            return;
        contract.add(step_of(since_open), *units);
        ++contract.prints;
    }
}

void BaselineSession::drop(std::string_view symbol) {
    if (over_) return;
    ContractDay* const contract = contracts_.find(symbol);
    if (contract != nullptr && contract->cell >= 0) contract->drop();
}

std::vector<std::string> BaselineSession::waiting() const {
    std::vector<std::string> names;
    for (const auto& [name, ticker] : tickers_) {
        const auto traded = [](const ContractDay* contract) { return contract->prints > 0; };
        if (std::any_of(ticker.cells.begin(), ticker.cells.end(),
                        [&](const auto& cell) { return std::any_of(cell.begin(), cell.end(), traded); }))
            names.push_back(name);
    }
    return names;
}

/// Whether none of the gaps lies in what the half hour's windows look at: they reach back from the end of its
/// first step to its own end.
bool BaselineSession::is_known(int slot, const std::vector<TimeRange>& gaps) const {
    const std::int64_t begin = session_.open_ms + slot * kSlotMinutes * kMinuteMs;
    const std::int64_t end = begin + kSlotMinutes * kMinuteMs;
    const std::int64_t from =
        std::max(session_.open_ms, begin + (options_.step_min - options_.window_min) * kMinuteMs);
    return std::none_of(gaps.begin(), gaps.end(),
                        [&](const TimeRange& gap) { return gap.from_ms < end && gap.to_ms >= from; });
}

void BaselineSession::count_windows(const ContractDay& contract, Histograms& histograms) const {
    const auto steps_a_slot = static_cast<std::size_t>(kSlotMinutes / options_.step_min);
    const auto width = static_cast<std::size_t>(options_.window_min / options_.step_min);
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(slots_) * steps_a_slot);
    for (const StepSum& sum : contract.steps) sums[static_cast<std::size_t>(sum.step)] = sum.units;
    std::uint64_t window = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        window += sums[i];
        if (i >= width) window -= sums[i - width];
        const auto dollars = static_cast<std::int64_t>(window) / kUnitsPerDollar;
        ++histograms[i / steps_a_slot][static_cast<std::size_t>(premium_bucket(dollars))];
    }
}

void BaselineSession::tell_cell(BaselineCell& cell, const std::vector<ContractDay*>& contracts,
                                const std::vector<TimeRange>& gaps, const BaselineBuilder::Tell& tell) const {
    Histograms histograms(static_cast<std::size_t>(slots_));
    cell.contracts = 0;
    for (const ContractDay* contract : contracts) {
        if (contract->prints == 0) continue;
        ++cell.contracts;
        count_windows(*contract, histograms);
    }
    if (cell.contracts == 0) return;
    for (cell.slot = 0; cell.slot < slots_; ++cell.slot) {
        if (!is_known(cell.slot, gaps)) continue;
        const auto& counts = histograms[static_cast<std::size_t>(cell.slot)];
        cell.histogram.clear();
        for (std::size_t bucket = 0; bucket < counts.size(); ++bucket)
            if (counts[bucket] > 0) cell.histogram.emplace_back(static_cast<int>(bucket), counts[bucket]);
        tell(cell);
    }
}

void BaselineSession::tell(std::string_view name, const std::vector<TimeRange>& gaps,
                           const BaselineBuilder::Tell& tell) {
    const auto at = tickers_.find(name);
    if (at == tickers_.end()) return;
    const Ticker& ticker = at->second;
    BaselineCell cell;
    cell.session = session_.date;
    cell.ticker = at->first;
    cell.window_min = options_.window_min;
    for (std::size_t i = 0; i < kCells; ++i) {
        cell.side = i < kDteBuckets.size() ? OptionSide::kCall : OptionSide::kPut;
        cell.dte_bucket = static_cast<int>(i % kDteBuckets.size());
        tell_cell(cell, ticker.cells[i], gaps, tell);
        for (ContractDay* contract : ticker.cells[i]) contracts_.release(*contract);
    }
    told_.insert(at->first);
    tickers_.erase(at);
    if (tickers_.empty()) contracts_.clear();
}

void BaselineSession::end() {
    over_ = true;
    contracts_.clear();
    tickers_.clear();
    told_.clear();
}

}  // namespace pulse
