#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "pipe/line_blocks.hpp"
#include "pipe/output.hpp"
#include "pipe/rejects.hpp"
#include "pipe/summary.hpp"
#include "wire/filter_result.hpp"
#include "wire/flat_file.hpp"
#include "wire/trade_filter.hpp"

namespace pulse {

enum class InputFormat { kAuto, kNdjson, kCsv };

/// The filter for whichever format the input has. Auto decides by the first line that isn't empty.
class AnyFilter {
  public:
    AnyFilter(const FilterOptions& options, InputFormat format)
        : format_(format), json_(options), flat_(options) {}

    void filter(std::string_view block, FilterResult& result);
    /// A flat file's columns come from its header, so its blocks can't be shared out.
    [[nodiscard]] InputFormat format() const { return format_; }

  private:
    InputFormat format_;
    TradeFilter json_;
    FlatFilter flat_;
};

/// One run of the filter: reads inputs, filters them on one or more threads, writes what passes in input
/// order, reports rejects. Output is written before the reader would block, so a trade never waits for its
/// successor.
class FilterRun {
  public:
    struct Input {
        int fd;  ///< not owned
        std::string name;
    };

    /// `jobs` ≥ 1 threads for JSON; a flat file always takes one. `output` and `rejects` must outlive the
    /// run.
    FilterRun(FilterOptions options, InputFormat format, unsigned jobs, Output& output, Rejects& rejects)
        : options_(std::move(options)), format_(format), jobs_(jobs), output_(output), rejects_(rejects) {}

    /// Filters the inputs one after the other to the last one's end, or until a stop is requested. Throws
    /// ReaderGone unless all input had been consumed, Error(kIo), and Error(kData) under strict.
    void run(const std::vector<Input>& inputs);

    [[nodiscard]] Summary summary() const;
    /// FilterResult::days of the input run last, all its blocks together.
    [[nodiscard]] const DaySpan& days() const { return days_; }

  private:
    friend class FilterPool;

    LineBlocks::Status run_single(LineBlocks& blocks, AnyFilter& filter);
    void emit(LineBlocks::Status status, std::string_view piece, FilterResult& result);

    FilterOptions options_;
    InputFormat format_;
    unsigned jobs_;
    Output& output_;
    Rejects& rejects_;
    std::string input_;              ///< name of the current input
    std::uint64_t line_number_ = 0;  ///< lines of the current input already emitted
    std::uint64_t received_ = 0;
    std::array<std::uint64_t, kVerdicts> verdicts_{};
    std::uint64_t other_records_ = 0;
    DaySpan days_;
};

}  // namespace pulse
