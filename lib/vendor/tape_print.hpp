#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "vendor/tape_market.hpp"

namespace pulse {

/// One print of the tape, ready to be written.
struct InventedPrint {
    std::int64_t deliver_ms = 0;  ///< its place in the tape
    std::uint64_t order = 0;      ///< ties of deliver_ms keep this order
    std::int64_t t_ms = 0;        ///< the SIP time it carries; earlier than its place for late prints
    TapeContract contract;
    std::int32_t price_cents = 0;
    std::int32_t size = 0;
    std::int16_t exchange = 0;
    std::int8_t condition_count = 0;  ///< 0: the key `c` is left out, as the vendor sometimes does
    std::array<std::int16_t, 2> conditions{};
};

/// Appends the print as the vendor's socket spells it, with a newline:
/// `{"ev":"T","sym":"O:AAPL251219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":1764948620676,"q":651921857}`
void append_print(std::string& out, const TapeMarket& market, const InventedPrint& print,
                  std::uint64_t sequence);

}  // namespace pulse
