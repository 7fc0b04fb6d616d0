#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/recent_map.hpp"
#include "store/trade_row.hpp"

namespace pulse::store {

/// Numbers the identical prints of a source that has no sequence numbers. Such a source delivers each symbol
/// in time order, so the k-th identical print of one pass over the tape is occurrence k, whichever pass it
/// is. A new pass of a symbol has begun when its time goes backwards or the source said the ticker is
/// complete (a watermark). Flat files are sorted by symbol: there a change of symbol ends the pass of the one
/// before. Remembers one instant a symbol, for the last 64 to 128 thousand symbols.
class PassCounter {
  public:
    /// The occurrence, from 1, of a row without sequence.
    std::int32_t count(const TradeRow& row);

    /// The source's pass over the ticker is over; `*` means all tickers.
    void end_pass(std::string_view source, std::string_view ticker);

    /// `generation`: how many symbols make the older ones forgettable.
    explicit PassCounter(std::size_t generation = 65'536) : passes_(generation) {}

  private:
    struct Print {
        TradeRow row;
        std::int32_t count = 0;
    };
    struct Pass {
        std::int64_t t_ms = -1;
        std::uint64_t epoch = 0;
        std::size_t size = 0;
        std::vector<Print> prints;  ///< `size` different ones at t_ms; the rest lends memory
    };
    struct Key {
        OccSymbol symbol;
        std::string source;
        friend bool operator==(const Key& a, const Key& b) {
            return same_symbol(a.symbol, b.symbol) && a.source == b.source;
        }
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };
    [[nodiscard]] std::uint64_t epoch_of(std::string_view source, std::string_view ticker) const;

    RecentMap<Key, Pass, KeyHash> passes_;
    Pass flat_;
    OccSymbol flat_symbol_;
    Key key_;  ///< of the row at hand; keeps the source's memory
    std::unordered_map<std::string, std::uint64_t> epochs_;  ///< source + ticker → passes ended
};

}  // namespace pulse::store
