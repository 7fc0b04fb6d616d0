#pragma once

#include <string_view>

#include "vendor/rest_rows.hpp"

namespace pulse {

/// Reads a row of /v3/trades in the vendor's usual spelling: an object of the documented keys in any order,
/// each at most once, no blanks, no escapes, plain numbers. True means that `row` is valid JSON and `trade`
/// is as a full parse would give it. False means only "not that spelling": ask the full parser, `trade` is
/// then unspecified. Reads up to RestPage::kPadding bytes behind the row.
bool read_usual_rest_trade(std::string_view row, RestTrade& trade);

}  // namespace pulse
