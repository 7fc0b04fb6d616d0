#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/recent_map.hpp"

namespace pulse::bus {

/// A print of history: without a sequence number, so that identical ones are told apart only by counting.
struct CountedPrint {
    std::string_view sym;     ///< with `O:`
    std::string_view source;  ///< `src`: rest, flat
    std::int64_t t_ms = 0;    ///< SIP time, Unix ms
    std::string_view line;    ///< without its newline
};

/// Keeps what is counted together in one message. A reader counts the identical prints of one instant within
/// what it reads, and different readers may get different messages: so a print goes out together with the
/// earlier ones of its contract and instant, which the reader then stores a second time without effect.
/// Remembers one instant a contract, of the last one to two generations of contracts.
class CountedPrints {
  public:
    explicit CountedPrints(std::size_t generation = 8'192) : instants_(generation) {}

    /// The lines (each with its newline) to be put before the print into message number `message`: the
    /// earlier prints of its instant when they went into another message, else nothing. Remembers the print.
    std::string before(const CountedPrint& print, std::uint64_t message);

    /// The source's pass over a ticker is over, or over all with `*`: what follows is counted anew.
    void end_pass(std::string_view source, std::string_view ticker);

  private:
    struct Instant {
        std::int64_t t_ms = -1;
        std::uint64_t message = 0;  ///< where the lines went last
        std::string lines;
    };

    RecentMap<std::string, Instant> instants_;  ///< by source, blank, symbol
    std::string flat_key_;  ///< flat files are sorted by contract: another one ends the one before
};

}  // namespace pulse::bus
