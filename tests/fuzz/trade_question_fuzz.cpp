// Parameters of questions about trades: whatever comes in is taken or refused with a ParameterError. What is
// taken has a canonical text, and a cursor that is accepted spells itself the same way again. Input: lines
// NAME=VALUE; a line `cursor=…` is read with the filter of the lines before it.

#include <string_view>

#include "check.hpp"
#include "flow/parameters.hpp"
#include "flow/summary.hpp"
#include "flow/trade_plan.hpp"
#include "flow/trades.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

template <typename Work>
bool taken(const Work& work) {
    try {
        work();
        return true;
    } catch (const ParameterError& error) {
        FUZZ_CHECK(!error.parameter().empty() && *error.what() != '\0');
        return false;
    }
}

void check_cursor(std::string_view text, const TradeFilter& filter) {
    Cursor cursor;
    if (!taken([&] { cursor = Cursor::parse(text, filter); })) return;
    FUZZ_CHECK(cursor.text(filter) == text);
    FUZZ_CHECK(cursor.t_ms >= 0 && cursor.t_ms <= kMaxUnixMs);
}

// A cursor made of the value survives the way there and back, and belongs to this question alone.
void check_round_trip(std::string_view value, const TradeFilter& filter) {
    StoredTrade trade;
    trade.option_symbol = "O:AAPL251219C00190000";
    trade.t_ms = static_cast<std::int64_t>(value.size());
    for (const char c : value.substr(0, 20)) trade.conditions.push_back(static_cast<std::int16_t>(c * 200));
    trade.price = filter.min_premium.value_or(Decimal{});
    trade.size = filter.max_dte.value_or(1);
    const std::string text = Cursor::behind(trade).text(filter);
    const Cursor back = Cursor::parse(text, filter);
    FUZZ_CHECK(back.conditions == trade.conditions && back.price == trade.price && back.size == trade.size);
    TradeFilter other = filter;
    other.cancelled = !other.cancelled;
    FUZZ_CHECK(!taken([&] { Cursor::parse(text, other); }));
}

void check_filter(const TradeFilter& filter) {
    FUZZ_CHECK(filter.tickers.size() <= 50);
    FUZZ_CHECK(filter.canonical().starts_with("ticker="));
    const DayRange days = days_of(filter, kMaxUnixMs);
    FUZZ_CHECK(days.first >= 0 && days.last >= 0);
    for (const Stretch& stretch : stretches_of(filter, {{"AAPL", 20'000}}, days))
        FUZZ_CHECK(stretch.days.first <= stretch.days.last);
    if (const auto milli = filter.strike ? strike_milli(*filter.strike) : std::nullopt)
        FUZZ_CHECK(make_decimal(*milli, 3) == filter.strike);
}

void set(TradeFilter& filter, std::string_view name, std::string_view value) {
    const TradeFilter before = filter;
    if (!taken([&] { filter.set(name, value); })) FUZZ_CHECK(filter.canonical() == before.canonical());
    if (!taken([&] { filter.check(); })) filter = before;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    TradeFilter filter;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::string_view name = line.substr(0, line.find('='));
        const std::string_view value = line.substr(std::min(line.size(), name.size() + 1));
        set(filter, name, value);
        check_filter(filter);
        check_cursor(value, filter);
        check_round_trip(value, filter);
        taken([&] { TradeFields::parse(value); });
        taken([&] { SummarySections::parse(value); });
        taken([&] { read_number("limit", value, 1, 1000); });
    }
    return 0;
}
