#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "market/new_york.hpp"
#include "market/smart_money.hpp"
#include "wire/derived.hpp"
#include "wire/filter_result.hpp"
#include "wire/record.hpp"
#include "wire/tape_line.hpp"
#include "wire/usual_layout.hpp"
#include "wire/watermark_reader.hpp"

namespace pulse {

/// The smart-money filter over newline-delimited JSON. Lines in the vendor's usual shape take a fast path,
/// those in the usual shapes of our own tools another; every other line is parsed in full; all give the same
/// answer. Not thread-safe: one instance a thread.
class TradeFilter {
  public:
    explicit TradeFilter(FilterOptions options);

    /// Filters whole lines (the last one may lack its newline). kBlockPadding bytes behind the block must be
    /// readable. `result` is added to, not cleared; its views point into `block`.
    void filter(std::string_view block, FilterResult& result);

  private:
    /// A line that isn't certainly of another root.
    struct Survivor {
        const char* begin;
        const char* end;            ///< its newline, or the end of the block
        std::uint32_t line;         ///< 0-based number in the slice
        std::uint32_t symbol_size;  ///< from the usual head, or 0
    };
    struct Found {
        std::uint32_t lines;
        std::uint32_t survivors;
    };

    Found find_survivors(std::string_view slice);
    void judge_survivors(Found found, FilterResult& result);
    void judge_line(std::string_view line, FilterResult& result);
    bool judge_usual(const char* begin, std::uint32_t symbol_size, const char* end, FilterResult& result);
    bool judge_tape_line(std::string_view line, FilterResult& result);
    void judge_parsed(std::string_view line, FilterResult& result);
    void judge_other(std::string_view line, FilterResult& result);
    void write_hit(std::string_view line, std::string_view sym, const Derived& derived,
                   const DerivedPresence& present, FilterResult& result) const;
    bool usual_expiry(const char* digits, Day& expiry);
    Day usual_date(const char* time);

    FilterOptions options_;
    NewYorkClock clock_;
    RecordParser parser_;
    WatermarkReader watermarks_;
    TapeLineReader tape_;
    UsualLayouts layouts_;
    std::unique_ptr<Survivor[]> survivors_;

    /// By scale of the price: the least price digits × contracts that reach the rule's premium.
    std::array<std::int64_t, 5> least_{};

    std::uint64_t date_start_ = 0;  ///< the first eight digits of a time on date_
    Day date_ = 0;

    struct CachedExpiry {
        std::uint64_t digits = 0;
        Day day = 0;
    };
    std::array<CachedExpiry, 256> expiries_{};
};

}  // namespace pulse
