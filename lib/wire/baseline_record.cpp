#include "wire/baseline_record.hpp"

#include <fmt/format.h>

#include <iterator>

#include "market/flow_cell.hpp"

namespace pulse {

void append_baseline(std::string& out, const BaselineCell& cell) {
    const auto end = std::back_inserter(out);
    fmt::format_to(
        end,
        R"({{"ev":"B","session":"{}","ticker":"{}","side":"{}","dte_bucket":"{}","slot":"{}","window_min":{},"contracts":{},"hist":[)",
        date_text(cell.session), cell.ticker, side_name(cell.side),
        kDteBuckets[static_cast<std::size_t>(cell.dte_bucket)], slot_name(cell.slot), cell.window_min,
        cell.contracts);
    bool first = true;
    for (const auto& [bucket, windows] : cell.histogram) {
        fmt::format_to(end, "{}[{},{}]", first ? "" : ",", bucket, windows);
        first = false;
    }
    out += "]}\n";
}

}  // namespace pulse
