#include "flow/result_values.hpp"

#include <charconv>

namespace pulse::flow {

Decimal decimal_in(const store::Result& result, int row, int column) {
    const auto value = parse_decimal(result.text(row, column));
    if (!value)
        throw store::DbError(store::DbErrorKind::kOther, "22003",
                             "a stored number has more than 18 digits: no sink of ours wrote it");
    return *value;
}

std::vector<std::int16_t> smallints_in(std::string_view text) {
    std::vector<std::int16_t> values;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data() + 1; at < end; ++at) {
        std::int16_t value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc{}) break;
        values.push_back(value);
        at = next;
    }
    return values;
}

}  // namespace pulse::flow
