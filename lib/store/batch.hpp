#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/trade_row.hpp"

namespace pulse::store {

/// Records kept as JSON and taken apart by SQL.
enum class JsonKind { kWatermark, kDailyBar, kOrder, kBaseline };
inline constexpr std::size_t kJsonKinds = 4;

/// Accepted input that is stored in one transaction, with its lines for the case that the server refuses
/// some.
class Batch {
  public:
    std::vector<TradeRow> trades;
    std::vector<TradeRow> cancels;
    std::vector<Placed> placed_trades;                        ///< by place()
    std::vector<Placed> placed_cancels;                       ///< by place()
    std::array<std::vector<std::uint32_t>, kJsonKinds> json;  ///< line indices, by JsonKind

    /// Works out which rows the trades and cancels amount to. Call once, when the batch is complete.
    void place();

    /// Keeps a copy of the line (without newline); gives its index.
    std::uint32_t add_line(std::uint64_t number, std::string_view line);

    [[nodiscard]] bool empty() const { return lines_.empty(); }
    /// Number of records.
    [[nodiscard]] std::size_t size() const { return lines_.size(); }
    [[nodiscard]] std::size_t bytes() const { return text_.size(); }
    /// Valid until the next add_line().
    [[nodiscard]] std::string_view line(std::uint32_t index) const;
    [[nodiscard]] std::uint64_t line_number(std::uint32_t index) const { return lines_[index].number; }
    void clear();

  private:
    struct Line {
        std::uint64_t number;
        std::size_t end;
    };
    std::vector<Line> lines_;
    std::string text_;
};

/// A record the server refused.
struct Refused {
    std::uint64_t line_number = 0;
    std::string line;
    std::string reason;
};

/// What became of a batch: rows stored new, records that were there already, records refused. Their sum is
/// its size.
struct StoreResult {
    std::uint64_t stored = 0;
    std::uint64_t duplicates = 0;
    std::vector<Refused> refused;
};

}  // namespace pulse::store
