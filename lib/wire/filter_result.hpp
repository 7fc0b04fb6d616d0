#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "market/smart_money.hpp"

namespace pulse {

/// What the filters of both formats go by.
struct FilterOptions {
    SmartMoneyRule rule;
    bool log_hits = true;   ///< make a log line of every trade that passes
    bool strict = false;    ///< stop right behind the first rejected line
    bool fast_path = true;  ///< false: every JSON line through the full parser (tests compare the two)
    /// History only: every trade of the rule's underlyings, whatever its premium and expiry, without derived
    /// fields.
    bool unfiltered = false;
};

/// The earliest and latest of some dates.
struct DaySpan {
    Day first = INT32_MAX;
    Day last = INT32_MIN;

    void add(Day day) { add(DaySpan{day, day}); }
    void add(const DaySpan& other) {
        first = std::min(first, other.first);
        last = std::max(last, other.last);
    }
    [[nodiscard]] bool empty() const { return first > last; }
};

/// What filtering one block of lines gave. Reused from block to block; clear() keeps the memory.
struct FilterResult {
    struct Rejected {
        std::uint64_t line;     ///< 0-based, within the block
        std::string_view text;  ///< points into the block
        std::string reason;
    };

    std::string output;                               ///< records to write, whole lines
    std::string hits;                                 ///< finished log lines, one a smart-money trade
    std::vector<Rejected> rejected;                   ///< in input order
    std::array<std::uint64_t, kVerdicts> verdicts{};  ///< trades (and emptied watermarks) by outcome
    std::uint64_t other_records = 0;                  ///< records of other kinds, passed on
    std::uint64_t lines = 0;                          ///< lines seen, empty ones included
    std::uint64_t ignored = 0;                        ///< empty lines and CSV headers
    /// New York dates of a flat file's rows: of all rows of the wanted roots, and of the first other one.
    DaySpan days;

    void reject(std::string_view line, std::string reason) {
        rejected.push_back({lines, line, std::move(reason)});
    }
    void count(Verdict verdict) { ++verdicts[static_cast<std::size_t>(verdict)]; }
    void clear() {
        output.clear();
        hits.clear();
        rejected.clear();
        verdicts = {};
        other_records = lines = ignored = 0;
        days = {};
    }
};

}  // namespace pulse
