#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "market/tape_print.hpp"
#include "pipe/line_blocks.hpp"
#include "pipe/output.hpp"
#include "pipe/rejects.hpp"
#include "pipe/summary.hpp"
#include "wire/watermark.hpp"

namespace pulse {

/// What a tool does with a tape that it looks at and passes on.
class TapeStage {
  public:
    TapeStage() = default;
    TapeStage(const TapeStage&) = delete;
    TapeStage& operator=(const TapeStage&) = delete;
    virtual ~TapeStage() = default;

    /// Each appends to `out` the records (whole lines) to be written before the line at hand.
    virtual void on_trade(const TapePrint& print, std::string& out) = 0;
    virtual void on_watermark(const Watermark& watermark, std::string& out) = 0;
    /// The end of the input, or a polite stop.
    virtual void on_end(std::string& out) = 0;
};

/// Reads a tape from standard input, shows every trade and watermark to a stage, and writes each line on as
/// it came (without a trailing CR), behind what the stage had to say. Trade lines in the vendor's usual
/// shape, with or without the fields that occ-filter adds, take a fast path; all others a full parse; both
/// show the stage the same. What can't be used is rejected. A damaged watermark is passed on and shown to
/// nobody. Output is written before the reader would block.
class TapeRun {
  public:
    struct Options {
        bool keep_trades = true;  ///< false: trades are shown to the stage but not written
        bool fast_path = true;    ///< false: every line through the full parser (tests compare the two)
    };
    /// All must outlive the run.
    TapeRun(TapeStage& stage, Options options, Output& output, Rejects& rejects);
    ~TapeRun();
    TapeRun(const TapeRun&) = delete;
    TapeRun& operator=(const TapeRun&) = delete;

    /// Reads `fd` (not owned) to its end or a requested stop. Throws ReaderGone unless all input had been
    /// consumed, Error(kIo), and Error(kData) under strict.
    void run(int fd, const std::string& name);
    /// The same for whole lines at hand, without on_end(): what run() does with each block. kBlockPadding
    /// bytes behind them must be readable.
    void take(std::string_view lines);

    /// passed: lines written on; dropped: `trades` not kept. Records that the stage made don't count.
    [[nodiscard]] Summary summary() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pulse
