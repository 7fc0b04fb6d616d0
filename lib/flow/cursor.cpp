#include <fmt/format.h>

#include <array>
#include <charconv>

#include "flow/cursor_checksum.hpp"
#include "flow/parameters.hpp"
#include "flow/trades.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

// VERSION_TIME_SYMBOL_EXCHANGE_DIGITS_SCALE_SIZE_CONDITIONS_OCCURRENCE_CHECKSUM, in characters a URL needs no
// escapes for (RFC 3986, section 2.3).
constexpr std::string_view kVersion = "1";
constexpr std::size_t kParts = 10;
constexpr std::size_t kMaxText = 8000;

template <typename Integer>
bool read(std::string_view text, Integer& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

bool read_conditions(std::string_view text, std::vector<std::int16_t>& conditions) {
    while (!text.empty()) {
        const std::size_t point = std::min(text.find('.'), text.size());
        if (!read(text.substr(0, point), conditions.emplace_back())) return false;
        text.remove_prefix(std::min(point + 1, text.size()));
    }
    return true;
}

bool split(std::string_view text, std::array<std::string_view, kParts>& parts) {
    for (std::size_t i = 0; i < kParts; ++i) {
        const std::size_t end = text.find('_');
        if ((end == std::string_view::npos) != (i + 1 == kParts)) return false;
        parts[i] = text.substr(0, end);
        text.remove_prefix(i + 1 == kParts ? text.size() : end + 1);
    }
    return true;
}

// Lenient about spelling: the caller compares with what text() makes of the result.
bool read_cursor(std::string_view text, Cursor& cursor) {
    std::array<std::string_view, kParts> part;
    std::int64_t digits = 0;
    std::int32_t scale = 0;
    std::int16_t exchange = 0;
    std::int16_t occurrence = 0;
    if (text.size() > kMaxText || !split(text, part) || !read(part[1], cursor.t_ms) ||
        !read(part[3], exchange) || !read(part[4], digits) || !read(part[5], scale) ||
        !read(part[6], cursor.size) || !read_conditions(part[7], cursor.conditions) ||
        !read(part[8], occurrence))
        return false;
    cursor.option_symbol = "O:" + std::string(part[2]);
    cursor.exchange = exchange;
    cursor.occurrence = occurrence;
    OccSymbol symbol;
    const auto price = scale >= 0 && scale <= 18 ? make_decimal(digits, scale) : std::nullopt;
    if (!price || cursor.t_ms < 0 || cursor.t_ms > kMaxUnixMs ||
        parse_occ_symbol(cursor.option_symbol, symbol) != SymbolError::kNone)
        return false;
    cursor.price = *price;
    return true;
}

}  // namespace

Cursor Cursor::behind(const StoredTrade& trade) {
    return {trade.t_ms, trade.option_symbol, trade.exchange,  trade.price,
            trade.size, trade.conditions,    trade.occurrence};
}

std::string Cursor::text(const TradeFilter& filter) const {
    const std::string_view symbol = option_symbol;
    std::string text = fmt::format("{}_{}_{}_{}_{}_{}_{}_{}_{}", kVersion, t_ms, symbol.substr(2), exchange,
                                   price.digits, price.scale, size, fmt::join(conditions, "."), occurrence);
    text += fmt::format("_{:016x}", cursor_checksum(text, filter.canonical()));
    return text;
}

Cursor Cursor::parse(std::string_view text, const TradeFilter& filter) {
    Cursor cursor;
    if (!read_cursor(text, cursor) || cursor.text(filter) != text)
        throw ParameterError("cursor",
                             "cursor must be the `next` of an answer to the same question (same filters); "
                             "leave it out to start with the newest trade",
                             "bad_cursor");
    return cursor;
}

}  // namespace pulse::flow
