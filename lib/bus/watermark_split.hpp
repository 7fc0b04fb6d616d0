#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "wire/watermark.hpp"

namespace pulse::bus {

/// Divides watermarks among partitions. A watermark claims that the trades of its tickers stand before it,
/// and in a partition only that partition's trades stand before it: so each partition gets one with its own
/// tickers. `*` names the tickers of all partitions: each gets one with those that it has carried so far.
/// What it hasn't carried it doesn't vouch for, though the source did; a ticker without a single trade stays
/// unknown then, which is less than could be said and never wrong.
class WatermarkSplit {
  public:
    explicit WatermarkSplit(unsigned partitions) : seen_(partitions), order_(partitions) {}

    /// A trade of this ticker went into this partition.
    void saw(std::string_view ticker, unsigned partition);

    /// Partition and line (without newline) of each part, by partition. `line` is the watermark as it came
    /// and goes on unchanged where nothing is divided. A watermark without tickers, which says that a source
    /// starts over, goes to every partition.
    [[nodiscard]] std::vector<std::pair<unsigned, std::string>> split(const Watermark& watermark,
                                                                      std::string_view line) const;

  private:
    [[nodiscard]] std::vector<std::vector<std::string>> divide(const Watermark& watermark) const;

    std::vector<std::unordered_set<std::string>> seen_;
    std::vector<std::vector<std::string>> order_;  ///< the same in the order they were first seen
};

}  // namespace pulse::bus
