#include "answer/flow_calls.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"
#include "parse_query.hpp"

using namespace pulse;
using namespace pulse::answer;

namespace {

template <typename Read>
std::string failure(const Read& read, std::string_view query) {
    try {
        read(parse_query(query));
    } catch (const flow::ParameterError& error) {
        return error.parameter() + " " + error.code();
    }
    return "";
}

}  // namespace

TEST_CASE("orders take the filters of trades, and their own cursor") {
    const auto call = read_orders_call(parse_query("ticker=tsla,aapl&side=put&min_premium=1e6&limit=7"));
    CHECK(call.filter.tickers == std::vector<std::string>{"AAPL", "TSLA"});
    CHECK(call.filter.side == OptionSide::kPut);
    CHECK(call.limit == 7);
    CHECK(read_orders_call({}).limit == 50);
    flow::TradeFilter filter;
    filter.set("ticker", "AAPL");
    const std::string cursor = flow::OrderCursor{1'764'954'000'000, "O:AAPL251219C00190000"}.text(filter);
    CHECK(read_orders_call(parse_query("ticker=AAPL&cursor=" + cursor)).after->first_ms == 1'764'954'000'000);
    // A cursor belongs to its question.
    CHECK(failure(read_orders_call, "ticker=TSLA&cursor=" + cursor) == "cursor bad_cursor");
    CHECK(failure(read_orders_call, "cancelled=include") == "cancelled unknown_parameter");
    CHECK(failure(read_orders_call, "limit=1001") == "limit bad_parameter");
    CHECK(failure(read_orders_call, "since=2025-12-06&until=2025-12-05") == "since bad_parameter");
}

TEST_CASE("concentration is about one of three windows that ends at a moment") {
    const auto call =
        read_concentration_call(parse_query("window=5&until=2025-12-05T17:00:00Z&limit=200&strike=190"));
    CHECK(call.question.window_min == 5);
    CHECK(call.until_ms == 1'764'954'000'000);
    CHECK(call.question.limit == 200);
    CHECK(read_concentration_call({}).question.window_min == 30);
    CHECK_FALSE(read_concentration_call({}).until_ms);
    // A date stands for its end.
    CHECK(read_concentration_call(parse_query("until=2025-12-05")).until_ms ==
          new_york_ms(day_from_civil(2025, 12, 6), 0) - 1);
    for (const char* bad :
         {"window=15", "window=0", "window=", "window=030", "limit=201", "until=noon", "until=1970-01-01"})
        CHECK(failure(read_concentration_call, bad).ends_with(" bad_parameter"));
    CHECK(failure(read_concentration_call, "since=2025-12-05") == "since unknown_parameter");
}

TEST_CASE("signals are of a session, rarer than a p") {
    const auto call = read_signals_call(parse_query("date=2025-12-05&max_p=0.01&ticker=NVDA"));
    CHECK(call.session == day_from_civil(2025, 12, 5));
    CHECK(call.question.max_p == 0.01);
    CHECK(read_signals_call({}).question.max_p == 0.001);
    CHECK(read_signals_call(parse_query("max_p=1")).question.max_p == 1);
    for (const char* bad :
         {"max_p=0", "max_p=-1", "max_p=1.1", "max_p=nan", "max_p=inf", "max_p=0.1x", "max_p=", "max_p= 0.1"})
        CHECK(failure(read_signals_call, bad) == "max_p bad_parameter");
    CHECK(failure(read_signals_call, "date=2025-12-06") == "date bad_parameter");  // a Saturday
    CHECK(failure(read_signals_call, "date=2025-13-01") == "date bad_parameter");
}

TEST_CASE("outcomes are of one stock and side") {
    const auto call = read_outcomes_call(parse_query("ticker=aapl&side=CALL&premium=850000&days=400"));
    CHECK(call.question.ticker == "AAPL");
    CHECK(call.question.side == OptionSide::kCall);
    CHECK(call.question.premium == Decimal{850'000, 0});
    CHECK(call.days == 400);
    CHECK(failure(read_outcomes_call, "side=CALL") == "ticker bad_parameter");
    CHECK(failure(read_outcomes_call, "ticker=AAPL,TSLA&side=CALL") == "ticker bad_parameter");
    CHECK(failure(read_outcomes_call, "ticker=AAPL") == "side bad_parameter");
    for (const char* bad : {"0", "-1", "abc", "", "1e99"})
        CHECK(failure(read_outcomes_call, std::string("ticker=AAPL&side=CALL&premium=") + bad) ==
              "premium bad_parameter");
    CHECK(failure(read_outcomes_call, "ticker=AAPL&side=CALL&days=401") == "days bad_parameter");
    CHECK(failure(read_outcomes_call, "ticker=AAPL&side=CALL&min_premium=5") ==
          "min_premium unknown_parameter");
}

TEST_CASE("what no data can tell is refused in words") {
    for (const char* name : {"direction", "sentiment", "intent", "bullish", "confidence", "prediction"}) {
        CHECK(failure(read_briefing_call, std::string(name) + "=up") == std::string(name) + " cannot_say");
        CHECK(failure(read_signals_call, std::string(name) + "=up") == std::string(name) + " cannot_say");
    }
    CHECK(failure(read_briefing_call, "side=bullish") == "side bad_parameter");
    CHECK(failure(read_briefing_call, "limit=3") == "limit unknown_parameter");
    CHECK(read_briefing_call(parse_query("ticker=AAPL&window=10")).question.limit == 1);
}
