#include "answer/flow_calls.hpp"

#include <charconv>

#include "answer/call_parts.hpp"
#include "market/calendar.hpp"
#include "market/new_york.hpp"

namespace pulse::answer {

using flow::ParameterError;
using flow::Parameters;

namespace {

constexpr int kMostOrders = 1000;
constexpr int kMostClusters = 200;
constexpr int kMostDays = 400;

// Which clusters a question is about: a trade's conditions, without times.
bool set_cluster_filter(flow::TradeFilter& filter, const std::string& name, const std::string& value) {
    return !one_of(name, {"since", "until", "cancelled"}) && filter.set(name, value);
}

int read_window(const std::string& text) {
    for (const int minutes : {5, 10, 30})
        if (text == std::to_string(minutes)) return minutes;
    throw ParameterError("window", "window must be 5, 10 or 30: minutes");
}

double read_p(const std::string& text) {
    double p = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, p);
    if (error == std::errc() && stop == end && p > 0 && p <= 1) return p;
    throw ParameterError("max_p", "max_p must be a number above 0 and not above 1, such as 0.001");
}

Decimal read_premium(const std::string& text) {
    const auto premium = text.size() <= 40 ? parse_decimal(text) : std::optional<Decimal>();
    if (!premium || premium->digits <= 0)
        throw ParameterError("premium", "premium must be a number of dollars above 0, such as 850000");
    return *premium;
}

// A date stands for its last instant, an instant for itself; both within the years there are sessions for.
std::int64_t read_moment(std::string_view name, const std::string& text) {
    const std::int64_t moment = flow::read_instant(name, text, true);
    if (moment < new_york_ms(day_from_civil(2012, 1, 1), 0))
        throw ParameterError(std::string(name), "nothing is known of times before 2012");
    return moment;
}

}  // namespace

OrdersCall read_orders_call(const Parameters& parameters) {
    OrdersCall call;
    const std::string* cursor = nullptr;
    for (const auto& [name, value] : parameters) {
        if (name == "limit")
            call.limit = small_number(name, value, kMostOrders);
        else if (name == "cursor")
            cursor = &value;
        else if (name == "max_bytes")
            call.max_bytes = read_bytes(value);
        else if (name == "cancelled" || !call.filter.set(name, value))
            refuse(
                name,
                "ticker, side, min_premium, max_dte, expiry, strike, since, until, cursor, limit, max_bytes");
    }
    call.filter.check();
    if (cursor != nullptr) call.after = flow::OrderCursor::parse(*cursor, call.filter);
    return call;
}

ConcentrationCall read_concentration_call(const Parameters& parameters) {
    ConcentrationCall call;
    for (const auto& [name, value] : parameters) {
        if (name == "limit")
            call.question.limit = small_number(name, value, kMostClusters);
        else if (name == "window")
            call.question.window_min = read_window(value);
        else if (name == "until")
            call.until_ms = read_moment(name, value);
        else if (name == "max_bytes")
            call.max_bytes = read_bytes(value);
        else if (!set_cluster_filter(call.question.filter, name, value))
            refuse(name,
                   "ticker, side, min_premium, max_dte, expiry, strike, window, until, limit, max_bytes");
    }
    call.question.filter.check();
    return call;
}

SignalsCall read_signals_call(const Parameters& parameters) {
    SignalsCall call;
    for (const auto& [name, value] : parameters) {
        if (name == "limit")
            call.question.limit = small_number(name, value, kMostClusters);
        else if (name == "max_p")
            call.question.max_p = read_p(value);
        else if (name == "date")
            call.session = read_date(name, value);
        else if (name == "until")
            call.until_ms = read_moment(name, value);
        else if (name == "max_bytes")
            call.max_bytes = read_bytes(value);
        else if (!set_cluster_filter(call.question.filter, name, value))
            refuse(
                name,
                "ticker, side, min_premium, max_dte, expiry, strike, date, until, max_p, limit, max_bytes");
    }
    call.question.filter.check();
    if (call.session && !session_of(*call.session))
        throw ParameterError("date", "the market is closed on " + date_text(*call.session));
    return call;
}

OutcomesCall read_outcomes_call(const Parameters& parameters) {
    OutcomesCall call;
    flow::TradeFilter filter;
    for (const auto& [name, value] : parameters) {
        if (name == "days")
            call.days = small_number(name, value, kMostDays);
        else if (name == "as_of")
            call.as_of_ms = read_moment(name, value);
        else if (name == "premium")
            call.question.premium = read_premium(value);
        else if (!one_of(name, {"ticker", "side"}) || !filter.set(name, value))
            refuse(name, "ticker, side, premium, as_of, days");
    }
    if (filter.tickers.size() != 1)
        throw ParameterError("ticker", "ticker must be one name, such as AAPL: outcomes are of one stock");
    if (!filter.side) throw ParameterError("side", "side must be CALL or PUT: events are of one side");
    call.question.ticker = filter.tickers.front();
    call.question.side = *filter.side;
    return call;
}

BriefingCall read_briefing_call(const Parameters& parameters) {
    BriefingCall call;
    call.question.limit = 1;
    for (const auto& [name, value] : parameters) {
        if (name == "window")
            call.question.window_min = read_window(value);
        else if (name == "until")
            call.until_ms = read_moment(name, value);
        else if (!one_of(name, {"ticker", "side", "expiry", "strike"}) ||
                 !call.question.filter.set(name, value))
            refuse(name, "ticker, side, expiry, strike, window, until");
    }
    call.question.filter.check();
    return call;
}

}  // namespace pulse::answer
