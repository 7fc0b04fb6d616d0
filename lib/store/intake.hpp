#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "market/new_york.hpp"
#include "market/tape_print.hpp"
#include "pipe/line_cutter.hpp"
#include "pipe/rejects.hpp"
#include "store/batch.hpp"
#include "store/pass_counter.hpp"
#include "wire/record.hpp"
#include "wire/tape_line.hpp"
#include "wire/watermark_reader.hpp"

namespace pulse::store {

/// Turns input lines into batches. Trade lines as our own tools write them take a fast path, all others a
/// full parse; both end in the same rows. Not thread-safe.
class Intake {
  public:
    /// `fast_path`: false sends every line through the full parser (tests compare the two).
    explicit Intake(Rejects& rejects, bool fast_path = true) : rejects_(rejects), fast_path_(fast_path) {}

    /// Adds whole lines to the batch; kBlockPadding bytes behind them must be readable. What can't be used
    /// goes to the rejects; records of an unknown kind are counted and left out, with one warning a kind.
    /// Throws what Rejects throws; the lines before are in the batch then.
    void take(std::string_view lines, Batch& batch);

    /// A line over the limit: its pieces, then its end.
    void take_piece(std::string_view piece) { rejects_.append_piece(piece); }
    void end_long_line();

    [[nodiscard]] std::uint64_t received() const { return received_; }  ///< lines that weren't empty
    [[nodiscard]] std::uint64_t unknown() const { return unknown_; }    ///< left out for their kind
    [[nodiscard]] std::uint64_t markers() const { return markers_; }    ///< watermarks that cover nothing

  private:
    void take_line(std::string_view line, Batch& batch);
    template <typename Print>
    void take_trade(const Print& print, std::string_view line, Batch& batch);
    void take_other(std::string_view line, Batch& batch);
    bool take_watermark(std::string_view line);

    Rejects& rejects_;
    bool fast_path_;
    TapeLineReader usual_;
    TapePrint print_;
    RecordParser parser_;
    WatermarkReader watermarks_;
    NewYorkClock clock_;
    PassCounter passes_;
    std::set<std::string, std::less<>> warned_;
    LineCutter cutter_;
    std::uint64_t received_ = 0;
    std::uint64_t unknown_ = 0;
    std::uint64_t markers_ = 0;
};

}  // namespace pulse::store
