#include "market/print_memory.hpp"

#include <algorithm>

namespace pulse {

namespace {

constexpr int kPriceBits = 48;
constexpr int kDigitBits = 42;
constexpr std::uint64_t kHashed = std::uint64_t{1} << (kPriceBits - 1);

/// Exchange and price in 64 bits. Prices of up to twelve digits are told apart exactly, longer ones (no
/// option has them) by a hash.
std::uint64_t class_code(std::int16_t exchange, const Decimal& price) {
    const auto digits = static_cast<std::uint64_t>(price.digits);
    const auto scale = static_cast<std::uint64_t>(price.scale);
    std::uint64_t code = scale << kDigitBits | digits;
    if (digits >> kDigitBits != 0)
        code = ((digits ^ scale << 59) * 0x9E3779B97F4A7C15U) >> (65 - kPriceBits) | kHashed;
    return static_cast<std::uint64_t>(static_cast<std::uint16_t>(exchange)) << kPriceBits | code;
}

}  // namespace

PrintMemory::Entry PrintMemory::entry_of(const TapePrint& print, std::uint32_t since_open_ms, Kind kind) {
    Entry entry{};
    entry.sequence = static_cast<std::uint64_t>(print.sequence.value_or(0));
    entry.class_code = class_code(print.exchange, print.price);
    entry.size = static_cast<std::uint32_t>(print.size);
    entry.t = since_open_ms & ((1U << 25) - 1);
    entry.kind = kind & 7U;
    entry.has_sequence = print.sequence.has_value();
    return entry;
}

/// Also moves the hour on.
bool PrintMemory::is_repetition(const Entry& entry) {
    if (entry.has_sequence && entry.t + kRememberMs < newest_) return true;
    if (entry.t > newest_ || entries_.empty()) {
        advance(entry.t);
        return false;
    }
    if (!entry.has_sequence) return false;
    const auto from = std::lower_bound(first(), entries_.end(), entry.t,
                                       [](const Entry& e, std::uint32_t t) { return e.t < t; });
    for (auto at = from; at != entries_.end() && at->t == entry.t; ++at)
        if (at->has_sequence && at->sequence == entry.sequence && at->same_class(entry) &&
            at->is_cancel() == entry.is_cancel())
            return true;
    return false;
}

void PrintMemory::advance(std::uint32_t t) {
    newest_ = std::max(newest_, t);
    for (; head_ < entries_.size() && entries_[head_].t + kRememberMs < newest_; ++head_)
        if (entries_[head_].kind == kWaiting) --waiting_;
    if (head_ > 64 && head_ > entries_.size() / 2) {
        entries_.erase(entries_.begin(), first());
        head_ = 0;
        print_classes_ = waiting_classes_ = 0;
        for (const Entry& entry : entries_) note(entry);
    }
}

void PrintMemory::note(const Entry& entry) {
    if (!entry.is_cancel()) print_classes_ |= entry.class_bit();
    if (entry.kind == kWaiting) waiting_classes_ |= entry.class_bit();
}

void PrintMemory::insert(const Entry& entry) {
    if (entry.t + kRememberMs < newest_) return;
    if (entry.kind == kWaiting) ++waiting_;
    note(entry);
    if (entries_.size() == entries_.capacity())  // by halves: many contracts have few prints
        entries_.reserve(entries_.size() + std::max<std::size_t>(4, entries_.size() / 2));
    if (entries_.empty() || entries_.back().t <= entry.t) {
        entries_.push_back(entry);
        return;
    }
    entries_.insert(std::upper_bound(first(), entries_.end(), entry.t,
                                     [](std::uint32_t t, const Entry& e) { return t < e.t; }),
                    entry);
}

PrintMemory::Verdict PrintMemory::take_print(const TapePrint& print, std::uint32_t since_open_ms,
                                             bool counts) {
    Entry entry = entry_of(print, since_open_ms, counts ? kCounted : kLeftOut);
    if (is_repetition(entry)) return Verdict::kNothing;
    if (waiting_ > 0 && (waiting_classes_ & entry.class_bit()) != 0 && entry.t + kRememberMs >= newest_) {
        const auto cancel = std::find_if(first(), entries_.end(), [&](const Entry& e) {
            return e.kind == kWaiting && e.t >= entry.t && e.same_class(entry);
        });
        if (cancel != entries_.end()) {
            cancel->kind = kApplied;
            --waiting_;
            entry.kind = kTakenBack;
        }
    }
    const bool counted = entry.kind == kCounted;
    insert(entry);
    return counted ? Verdict::kCount : Verdict::kNothing;
}

PrintMemory::Verdict PrintMemory::take_cancel(const TapePrint& cancel, std::uint32_t since_open_ms) {
    Entry entry = entry_of(cancel, since_open_ms, kWaiting);
    if (is_repetition(entry)) return Verdict::kNothing;
    auto verdict = Verdict::kNothing;
    const auto begin = (print_classes_ & entry.class_bit()) != 0 ? first() : entries_.end();
    for (auto at = entries_.end(); at != begin;) {
        --at;
        if (at->t > entry.t || at->kind > kLeftOut || !at->same_class(entry)) continue;
        if (at->kind == kCounted) {
            verdict = Verdict::kTakeBack;
            taken_back_ms_ = at->t;
        }
        at->kind = kTakenBack;
        entry.kind = kApplied;
        break;
    }
    insert(entry);
    return verdict;
}

}  // namespace pulse
