#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bus/packer.hpp"
#include "bus/ticker_reader.hpp"
#include "bus/watermark_split.hpp"
#include "pipe/line_cutter.hpp"
#include "pipe/rejects.hpp"
#include "wire/record.hpp"
#include "wire/tape_line.hpp"
#include "wire/watermark_reader.hpp"

namespace pulse::bus {

/// Turns input lines into the rounds of messages of all partitions. Not thread-safe.
class RecordIntake {
  public:
    struct Options {
        std::string stream;
        unsigned partitions = 1;
        PackLimits limits;
        std::size_t max_line =
            kMaxLine;  ///< bytes; what the server takes may be less than what a line may be
    };
    using Out = std::function<void(unsigned partition, Round&&)>;
    /// `out` gets each round as it closes.
    RecordIntake(const Options& options, Rejects& rejects, const Out& out);

    /// Whole lines; kBlockPadding bytes behind them must be readable. What can't be used goes to the rejects.
    /// Throws what Rejects and `out` throw; the lines before are taken then.
    void take(std::string_view lines);
    /// A line over the limit: its pieces, then its end.
    void take_piece(std::string_view piece) { rejects_.append_piece(piece); }
    void end_long_line();

    /// See Packer.
    void close(unsigned partition) { packers_[partition].close(); }
    [[nodiscard]] std::uint64_t gathered(unsigned partition) const { return packers_[partition].gathered(); }

    [[nodiscard]] std::uint64_t received() const { return received_; }  ///< lines that weren't empty
    /// Watermarks of all tickers before any was seen: nothing to claim.
    [[nodiscard]] std::uint64_t unclaimed() const { return unclaimed_; }

  private:
    void take_line(std::string_view line);
    void take_print(const TapePrint& print, std::string_view line);
    void take_trade(const TradeRecord& trade, std::string_view line);
    void add_trade(std::string_view root, const CountedPrint& print, bool counted, bool numbered);
    void take_watermark(std::string_view line);
    void take_other(std::string_view line);
    unsigned partition_of_root(std::string_view root);

    Options options_;
    Rejects& rejects_;
    std::vector<Packer> packers_;
    WatermarkSplit split_;
    TapeLineReader usual_;
    TapePrint print_;
    RecordParser parser_;
    WatermarkReader watermarks_;
    TickerReader tickers_;
    std::unordered_map<std::uint64_t, unsigned> roots_;  ///< root as a number → partition
    LineCutter cutter_;
    std::uint64_t received_ = 0;
    std::uint64_t unclaimed_ = 0;
};

}  // namespace pulse::bus
