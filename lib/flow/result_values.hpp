#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "market/decimal.hpp"
#include "market/occ_symbol.hpp"
#include "store/connection.hpp"

namespace pulse::flow {

/// A numeric column. Throws DbError for a number of more than 18 digits, which no sink of ours writes.
Decimal decimal_in(const store::Result& result, int row, int column);

/// A smallint[] column as text: {209,233}.
std::vector<std::int16_t> smallints_in(std::string_view text);

inline OptionSide side_in(std::string_view text) {
    return text == "PUT" ? OptionSide::kPut : OptionSide::kCall;
}

}  // namespace pulse::flow
