#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "market/decimal.hpp"

namespace pulse {

/// One trade of the unfiltered tape, as the tools see it that look at every print. Views are valid as long as
/// the line it was read from.
struct TapePrint {
    std::string_view sym;                      ///< a valid OCC symbol with `O:`
    std::int64_t t_ms = 0;                     ///< SIP time, Unix ms
    Decimal price;                             ///< dollars a share, ≥ 0
    std::int64_t size = 0;                     ///< contracts, ≥ 0
    std::int16_t exchange = 0;                 ///< vendor id, 0 when absent
    std::span<const std::int16_t> conditions;  ///< vendor ids in the order given
    std::optional<std::int64_t>
        sequence;          ///< `q`: tells a repeated delivery from a second print; history has none
    bool history = false;  ///< `src` is rest or flat
    bool flat = false;     ///< `src` is flat: sorted by contract, so that another one's print ends this one's
};

}  // namespace pulse
