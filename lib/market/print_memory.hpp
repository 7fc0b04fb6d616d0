#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "market/tape_print.hpp"

namespace pulse {

/// The prints and cancels of one contract and session in its last hour, 24 bytes each: which print a cancel
/// takes back, and what was delivered before.
class PrintMemory {
  public:
    static constexpr std::uint32_t kRememberMs = 60 * 60 * 1000;

    /// What is to be done about the line at hand.
    enum class Verdict {
        kCount,     ///< a print to count
        kTakeBack,  ///< a cancel: stop counting the print at `taken_back_ms()`
        kNothing,   ///< delivered before, not to be counted, or a cancel without effect on what is counted
    };

    /// `since_open_ms`: the line's time, less than 2^25. `counts`: false for prints that are left out, which
    /// a cancel may mean nonetheless. The size must be below 2^32.
    Verdict take_print(const TapePrint& print, std::uint32_t since_open_ms, bool counts);
    /// A cancel that finds no print waits for one that is delivered behind it.
    Verdict take_cancel(const TapePrint& cancel, std::uint32_t since_open_ms);
    [[nodiscard]] std::uint32_t taken_back_ms() const { return taken_back_ms_; }

    void forget() { *this = PrintMemory(); }

  private:
    enum Kind : std::uint32_t { kCounted, kLeftOut, kTakenBack, kWaiting, kApplied };
    struct Entry {
        std::uint64_t sequence;
        std::uint64_t class_code;  ///< exchange and price
        std::uint32_t size;
        std::uint32_t t : 25, kind : 3, has_sequence : 1;

        [[nodiscard]] bool is_cancel() const { return kind >= kWaiting; }
        /// One bit that stands for exchange, price and size.
        [[nodiscard]] std::uint64_t class_bit() const {
            constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
            return std::uint64_t{1} << ((((class_code * kOdd) ^ size) * kOdd) >> 58);
        }
        [[nodiscard]] bool same_class(const Entry& other) const {
            return class_code == other.class_code && size == other.size;
        }
    };
    static_assert(sizeof(Entry) == 24);

    static Entry entry_of(const TapePrint& print, std::uint32_t since_open_ms, Kind kind);
    [[nodiscard]] std::vector<Entry>::iterator first() {
        return entries_.begin() + static_cast<std::ptrdiff_t>(head_);
    }
    bool is_repetition(const Entry& entry);
    void advance(std::uint32_t t);
    void insert(const Entry& entry);
    void note(const Entry& entry);

    std::vector<Entry> entries_;  ///< by time, equal times as they came
    std::size_t head_ = 0;        ///< those before it are forgotten
    std::uint32_t newest_ = 0;
    std::uint32_t waiting_ = 0;  ///< cancels that wait
    std::uint32_t taken_back_ms_ = 0;
    /// Bits of the prints and the waiting cancels that entries_ has or had: most searches end here.
    std::uint64_t print_classes_ = 0;
    std::uint64_t waiting_classes_ = 0;
};

}  // namespace pulse
