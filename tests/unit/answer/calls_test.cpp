#include "answer/calls.hpp"

#include "catch.hpp"
#include "flow/parameters.hpp"
#include "market/new_york.hpp"
#include "parse_query.hpp"

using namespace pulse;
using namespace pulse::answer;

namespace {

template <typename Read>
std::string failure(const Read& read) {
    try {
        read();
    } catch (const flow::ParameterError& error) {
        return error.parameter() + " " + error.code();
    }
    return "";
}

std::string trades_failure(std::string_view query) {
    return failure([&] { read_trades_call(parse_query(query)); });
}

constexpr std::int64_t kNoonFriday = 1'764'954'000'000;  // 2025-12-05 12:00 in New York

}  // namespace

TEST_CASE("a question for trades has defaults") {
    const auto call = read_trades_call({});
    CHECK(call.limit == 50);
    CHECK_FALSE(call.after);
    CHECK(call.max_bytes == 0);
    CHECK(call.filter.tickers.empty());
}

TEST_CASE("limit is a whole number from 1 to 1000") {
    CHECK(read_trades_call(parse_query("limit=1")).limit == 1);
    CHECK(read_trades_call(parse_query("limit=1000")).limit == 1000);
    for (const char* bad : {"0", "1001", "abc", "-1", "1.5", "", "1e2", "+1", " 1", "99999999999999999999"})
        CHECK(trades_failure(std::string("limit=") + bad) == "limit bad_parameter");
}

TEST_CASE("wrong parameters are named") {
    CHECK(trades_failure("colour=red") == "colour unknown_parameter");
    CHECK(trades_failure("LIMIT=1") == "LIMIT unknown_parameter");
    CHECK(trades_failure("side=up") == "side bad_parameter");
    CHECK(trades_failure("cursor=forged") == "cursor bad_cursor");
    CHECK(trades_failure("fields=ticker,colour") == "fields bad_parameter");
    CHECK(trades_failure("max_bytes=10") == "max_bytes bad_parameter");
    CHECK(trades_failure("ticker=AAPL';--") == "ticker bad_parameter");
    CHECK_FALSE(trades_failure("since=2025-12-06&until=2025-12-05").empty());
}

TEST_CASE("a cursor belongs to its filter") {
    const auto call = read_trades_call(parse_query("ticker=AAPL"));
    flow::StoredTrade trade;
    trade.t_ms = kNoonFriday;
    trade.option_symbol = "O:AAPL251219C00190000";
    const std::string cursor = flow::Cursor::behind(trade).text(call.filter);
    CHECK(read_trades_call(parse_query("ticker=AAPL&cursor=" + cursor)).after->t_ms == kNoonFriday);
    CHECK(trades_failure("ticker=TSLA&cursor=" + cursor) == "cursor bad_cursor");
}

TEST_CASE("a summary is about a date, a span, or the newest day") {
    CHECK(read_summary_call({}, kNoonFriday).newest_day);
    const auto day = read_summary_call(parse_query("date=2025-12-05"), kNoonFriday);
    CHECK_FALSE(day.newest_day);
    CHECK(day.question.filter.since_ms == new_york_ms(*parse_date("2025-12-05"), 0));
    CHECK(day.question.filter.until_ms == new_york_ms(*parse_date("2025-12-06"), 0) - 1);
    const auto fails = [](std::string_view query) {
        return failure([&] { read_summary_call(parse_query(query), kNoonFriday); });
    };
    CHECK(fails("date=2025-12-05&since=2025-12-05") == "date bad_parameter");
    CHECK(fails("date=5.12.2025") == "date bad_parameter");
    CHECK(fails("until=2025-12-05") == "until bad_parameter");
    CHECK(fails("bucket=391") == "bucket bad_parameter");
    CHECK(fails("cancelled=include") == "cancelled unknown_parameter");
}

TEST_CASE("a summary's period ends now at the latest unless it says when") {
    const auto until = [](std::string_view query) {
        return read_summary_call(parse_query(query), kNoonFriday).question.filter.until_ms;
    };
    CHECK(until("since=2025-12-05") == kNoonFriday);
    CHECK(until("since=2025-12-05&until=2025-12-05T15:00:00Z") == 1'764'946'800'000);
    CHECK(until("since=2025-12-06") == new_york_ms(*parse_date("2025-12-06"), 0));
    CHECK_FALSE(until(""));
}

TEST_CASE("by_time has at most 2,000 steps, and the error says which bucket would do") {
    const auto message = [](std::string_view query) -> std::string {
        try {
            read_summary_call(parse_query(query), kNoonFriday);
        } catch (const flow::ParameterError& error) {
            return error.parameter() + ": " + error.what();
        }
        return "";
    };
    const std::string span = "since=2025-11-01T00:00:00Z&until=2025-11-30T23:59:59.999Z";  // 43,200 minutes
    CHECK(
        message(span + "&bucket=5") ==
        "bucket: by_time would have 8640 steps of 5 minutes, 2000 at most: send bucket=22 or more, or fields "
        "without by_time");
    CHECK(message(span + "&bucket=21").starts_with("bucket: by_time would have 2058 steps"));
    CHECK(message(span + "&bucket=22").empty());
    CHECK(message(span + "&bucket=1&fields=total,by_ticker").empty());
    CHECK_FALSE(message(span + "&bucket=1&fields=total,by_time").empty());
    CHECK(message("date=2025-11-02&bucket=1").empty());  // 25 hours
    CHECK(message("since=2025-12-04T00:40:00.001Z&until=2025-12-05T10:00:00Z&bucket=1").empty());
    CHECK_FALSE(message("since=2025-12-04T00:40:00Z&until=2025-12-05T10:00:00Z&bucket=1").empty());
}

TEST_CASE("a step that wasn't asked for widens with the period") {
    const auto step = [](std::string_view query) {
        return read_summary_call(parse_query(query), kNoonFriday).question.bucket_minutes;
    };
    CHECK(step("") == 5);
    CHECK(step("date=2025-12-05") == 5);
    CHECK(step("since=2025-11-29T00:00:00Z&until=2025-12-04T00:00:00Z") == 5);
    CHECK(step("since=2025-11-01&until=2025-11-30") == 30);
    CHECK(step("since=2024-11-01&until=2025-12-05") == 360);
    CHECK(step("since=2025-11-01&until=2025-11-30&bucket=60") == 60);
}

TEST_CASE("a summary is about 400 days at most") {
    const auto fails = [](std::string_view query) {
        return failure([&] { read_summary_call(parse_query(query), kNoonFriday); });
    };
    CHECK(fails("since=2024-11-01&until=2025-12-05&bucket=390").empty());  // with the hour of two autumns
    CHECK(fails("since=2024-10-31&until=2025-12-05&bucket=390") == "since bad_parameter");
    CHECK(fails("since=2024-10-31&until=2025-12-05&fields=total") == "since bad_parameter");
    CHECK(fails("since=2024-10-30&fields=total") == "since bad_parameter");
    CHECK(fails("since=2025-12-05&until=9999-01-01&fields=total") == "since bad_parameter");
}

TEST_CASE("coverage is told for the last five sessions unless asked otherwise") {
    const auto dates = [](std::string_view query) {
        std::string text;
        for (const auto& session : read_coverage_call(parse_query(query), kNoonFriday).sessions)
            text += date_text(session.date).substr(5) + " ";
        return text;
    };
    CHECK(dates("") == "12-01 12-02 12-03 12-04 12-05 ");
    CHECK(dates("limit=1") == "12-05 ");
    CHECK(dates("since=2025-12-03") == "12-03 12-04 12-05 ");
    CHECK(dates("until=2025-12-02&limit=2") == "12-01 12-02 ");
    CHECK(dates("since=2030-01-01").empty());
    CHECK(read_coverage_call(parse_query("since=1999-01-01"), kNoonFriday).sessions.size() == 120);
    CHECK(failure([] { read_coverage_call(parse_query("side=CALL"), kNoonFriday); }) ==
          "side unknown_parameter");
}

TEST_CASE("a stream takes no time range, other routes take nothing") {
    CHECK(read_stream_call(parse_query("ticker=aapl&min_premium=1000000")).tickers.front() == "AAPL");
    CHECK(failure([] { read_stream_call(parse_query("since=2025-12-05")); }) == "since unknown_parameter");
    CHECK(failure([] { refuse_parameters(parse_query("x=1")); }) == "x unknown_parameter");
    CHECK_NOTHROW(refuse_parameters({}));
}
