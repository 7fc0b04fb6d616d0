#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "market/date.hpp"
#include "vendor/sim_history.hpp"

namespace pulse {

/// Which columns a flat file has; both layouts are in use.
enum class FlatLayout {
    kCurrent,  ///< ticker,conditions,correction,exchange,price,sip_timestamp,size
    kOlder,    ///< with participant_timestamp before the price
};

/// Writes one New York date of a tape as the vendor's daily trade file (us_options_opra/trades_v1), piece by
/// piece: sorted by ticker, then time; conditions bare when one, quoted when several.
class SimFlatFile {
  public:
    SimFlatFile(const SimHistory& history, Day date, FlatLayout layout)
        : SimFlatFile(history, new_york_day(date), layout) {}

    /// Appends the next piece, some tens of KiB, the header first. False when nothing is left: then nothing
    /// was appended.
    bool append(std::string& out);

  private:
    struct Bounds {
        std::int64_t begin_ms, end_ms;
    };
    static Bounds new_york_day(Day date);
    SimFlatFile(const SimHistory& history, Bounds bounds, FlatLayout layout)
        : history_(history), bounds_(bounds), layout_(layout) {}

    bool next_contract();
    void append_row(std::string& out, const SimHistory::Trade& trade);

    const SimHistory& history_;
    Bounds bounds_;
    FlatLayout layout_;
    bool begun_ = false;
    std::size_t contract_ = 0;                   ///< the next one
    std::span<const SimHistory::Trade> trades_;  ///< of the one before, that date's
    std::size_t at_ = 0;
    TapeTradeReader reader_;
    TapeTrade trade_;
};

}  // namespace pulse
