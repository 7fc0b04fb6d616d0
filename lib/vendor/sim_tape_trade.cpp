#include "vendor/sim_tape_trade.hpp"

#include <fmt/format.h>

#include <charconv>

namespace pulse {

namespace {

// Steps over `text` when it stands at the front.
bool skip(std::string_view& rest, std::string_view text) {
    if (!rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
    return true;
}

// What stands before the first `end`; steps over both. Values are short: a plain loop beats memchr.
std::string_view take(std::string_view& rest, char end) {
    std::size_t at = 0;
    while (at < rest.size() && rest[at] != end) ++at;
    const auto value = rest.substr(0, at);
    rest.remove_prefix(at < rest.size() ? at + 1 : at);
    return value;
}

bool plain_number(std::string_view text, bool with_point) {
    std::size_t points = 0;
    for (const char c : text) {
        if (c == '.' && with_point)
            ++points;
        else if (c < '0' || c > '9')
            return false;
    }
    return !text.empty() && points <= 1 && text.front() != '.' && text.back() != '.';
}

bool read_usual(std::string_view rest, TapeTrade& trade) {
    if (!skip(rest, R"({"ev":"T","sym":")")) return false;
    trade.symbol = take(rest, '"');
    if (!skip(rest, R"(,"x":)")) return false;
    trade.exchange = take(rest, ',');
    if (!skip(rest, R"("p":)")) return false;
    trade.price = take(rest, ',');
    if (!skip(rest, R"("s":)")) return false;
    trade.size = take(rest, ',');
    trade.conditions = {};
    trade.has_conditions = skip(rest, R"("c":[)");
    if (trade.has_conditions) {
        trade.conditions = take(rest, ']');
        if (!skip(rest, ",")) return false;
        for (const char c : trade.conditions)
            if (c != ',' && (c < '0' || c > '9')) return false;
    }
    if (!skip(rest, R"("t":)")) return false;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), trade.t_ms);
    if (error != std::errc{} || end == rest.data() + rest.size() || (*end != ',' && *end != '}'))
        return false;
    // Another `t` or `c` behind would be one key twice: the parser knows what that means.
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const bool tail =
        rest == "}" || (skip(rest, R"(,"q":)") && plain_number(take(rest, '}'), false) && rest.empty());
    return tail && plain_number(trade.exchange, false) && plain_number(trade.price, true) &&
           plain_number(trade.size, false);
}

}  // namespace

bool TapeTradeReader::read(std::string_view line, TapeTrade& trade) {
    return read_usual(line, trade) || read_other(line, trade);
}

bool TapeTradeReader::read_other(std::string_view line, TapeTrade& trade) {
    if (parser_.parse(line) != RecordKind::kTrade) return false;
    const TradeRecord& record = parser_.trade();
    text_.clear();
    const auto keep = [&](std::string_view value) {
        text_.append(value);
        return value.size();
    };
    const auto exchange = keep(std::to_string(record.exchange));
    const auto price = keep(decimal_text(record.price));
    const auto size = keep(std::to_string(record.size));
    const auto conditions = keep(fmt::format("{}", fmt::join(record.conditions, ",")));
    std::string_view rest = text_;
    const auto cut = [&](std::size_t bytes) {
        const auto value = rest.substr(0, bytes);
        rest.remove_prefix(bytes);
        return value;
    };
    trade = {record.sym, cut(exchange), cut(price), cut(size), cut(conditions), !record.conditions.empty(),
             record.t_ms};
    return true;
}

}  // namespace pulse
