// The sink must make the same rows of any bytes by the fast path and by the full parser, and refuse the same
// lines.

#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "check.hpp"
#include "pipe/line_blocks.hpp"
#include "store/intake.hpp"
#include "store/trade_encoder.hpp"

namespace {

using namespace pulse;
using namespace pulse::store;

/// All that becomes of the lines, as text.
std::string taken(std::string_view lines, bool fast) {
    const std::string padded = std::string(lines) + std::string(kBlockPadding, '9');
    Rejects rejects("", false);
    Intake intake(rejects, fast);
    Batch batch;
    intake.take(std::string_view(padded).substr(0, lines.size()), batch);
    batch.place();
    std::string text = std::to_string(rejects.count()) + ' ' + std::to_string(intake.received()) + ' ' +
                       std::to_string(intake.unknown()) + ' ' + std::to_string(intake.markers()) + '\n';
    TradeEncoder encoder;
    const auto add_rows = [&](const std::vector<TradeRow>& rows, const std::vector<Placed>& placed) {
        std::vector<Placed> all;
        for (const TradeRow& row : rows) {
            all.push_back({static_cast<std::uint32_t>(all.size()), row.ordinal});
            text += std::to_string(row.line) + ' ';
        }
        // As they were read, and as they are stored.
        encoder.encode(all, rows, true, [&](std::string_view piece) { text += piece; });
        encoder.encode(placed, rows, true, [&](std::string_view piece) { text += piece; });
    };
    add_rows(batch.trades, batch.placed_trades);
    add_rows(batch.cancels, batch.placed_cancels);
    for (std::uint32_t i = 0; i < batch.size(); ++i)
        (text += std::to_string(batch.line_number(i)) += ' ') += batch.line(i);
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    log::configure("fuzz", log::Level::kError, log::Format::kText);
    const std::string_view lines(reinterpret_cast<const char*>(data), size);
    FUZZ_CHECK(taken(lines, true) == taken(lines, false));
    return 0;
}
