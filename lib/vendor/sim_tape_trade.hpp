#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wire/record.hpp"

namespace pulse {

/// What history shows of a tape's line, numbers as they stand there.
struct TapeTrade {
    std::string_view symbol;  ///< with `O:`; not checked
    std::string_view exchange;
    std::string_view price;
    std::string_view size;
    std::string_view conditions;  ///< `209` or `232,233`, without brackets
    bool has_conditions = false;  ///< the line has the key `c`
    std::int64_t t_ms = 0;        ///< SIP time, Unix ms
};

/// Reads trade lines: the generator's spelling at once, every other one through the full parser. Not
/// thread-safe.
class TapeTradeReader {
  public:
    /// False when the line is no trade that any tool would take. Views are valid as long as the line, and
    /// until the next call.
    bool read(std::string_view line, TapeTrade& trade);

  private:
    bool read_other(std::string_view line, TapeTrade& trade);

    RecordParser parser_;
    std::string text_;
};

}  // namespace pulse
