#include <fmt/format.h>

#include <charconv>

#include "flow/cursor_checksum.hpp"
#include "flow/orders.hpp"
#include "flow/parameters.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

// o1_TIME_SYMBOL_CHECKSUM, in characters a URL needs no escapes for (RFC 3986, section 2.3).
constexpr std::string_view kPrefix = "o1_";
constexpr std::size_t kMaxText = 100;

// Lenient about spelling: the caller compares with what text() makes of the result.
bool read_cursor(std::string_view text, OrderCursor& cursor) {
    if (text.size() > kMaxText || !text.starts_with(kPrefix)) return false;
    text.remove_prefix(kPrefix.size());
    const std::size_t first = text.find('_');
    const std::size_t last = text.rfind('_');
    if (first == std::string_view::npos || first == last) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + first, cursor.first_ms);
    if (error != std::errc{} || end != text.data() + first) return false;
    cursor.option_symbol = "O:" + std::string(text.substr(first + 1, last - first - 1));
    OccSymbol symbol;
    return cursor.first_ms >= 0 && cursor.first_ms <= kMaxUnixMs &&
           parse_occ_symbol(cursor.option_symbol, symbol) == SymbolError::kNone;
}

}  // namespace

std::string OrderCursor::text(const TradeFilter& filter) const {
    const std::string_view symbol = option_symbol;
    std::string text = fmt::format("{}{}_{}", kPrefix, first_ms, symbol.substr(2));
    text += fmt::format("_{:016x}", cursor_checksum(text, filter.canonical()));
    return text;
}

OrderCursor OrderCursor::parse(std::string_view text, const TradeFilter& filter) {
    OrderCursor cursor;
    if (!read_cursor(text, cursor) || cursor.text(filter) != text)
        throw ParameterError("cursor",
                             "cursor must be the `next` of an answer to the same question (same filters); "
                             "leave it out to start with the newest order",
                             "bad_cursor");
    return cursor;
}

}  // namespace pulse::flow
