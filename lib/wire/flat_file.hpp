#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "market/new_york.hpp"
#include "wire/filter_result.hpp"

namespace pulse {

/// Which column of a vendor flat file holds what. The vendor has published two layouts and adds columns, so
/// columns are found by name, never by position.
struct FlatHeader {
    std::size_t ticker, conditions, exchange, price, sip_timestamp, size;
    std::size_t columns;

    /// Reads a header line. Nothing when it lacks one of the columns above.
    static std::optional<FlatHeader> parse(std::string_view line);
};

/// True when a file's first line looks like the header of a flat file rather than like JSON.
bool looks_like_flat_header(std::string_view line);

/// Splits one CSV line (no newline) at its commas; a quoted column loses its quotes. Views point into `line`.
/// False when a quote is left open or text follows a closing quote. Doubled quotes inside a column stay
/// doubled: no column of ours holds any.
bool split_csv(std::string_view line, std::vector<std::string_view>& columns);

/// The smart-money filter over the vendor's daily trade files (us_options_opra/trades_v1). Output lines are
/// the trade record with `ns`, `"src":"flat"` and no `q`. Not thread-safe.
class FlatFilter {
  public:
    explicit FlatFilter(FilterOptions options) : options_(std::move(options)) {}

    /// Filters whole lines. A header line, the first one or a later one where files were joined, sets the
    /// columns.
    void filter(std::string_view block, FilterResult& result);

  private:
    void judge_line(std::string_view line, FilterResult& result);
    void judge_row(std::string_view line, FilterResult& result);
    void note_date(const FlatHeader& header, std::string_view line, FilterResult& result);
    [[nodiscard]] bool foreign(const FlatHeader& header, std::string_view line) const;

    FilterOptions options_;
    std::optional<FlatHeader> header_;
    bool foreign_dated_ = false;  ///< a row of another root has told its date
    NewYorkClock clock_;
    std::vector<std::string_view> columns_;
};

}  // namespace pulse
