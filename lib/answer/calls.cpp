#include "answer/calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "answer/call_parts.hpp"
#include "flow/parameters.hpp"
#include "market/new_york.hpp"

namespace pulse::answer {

namespace {

using flow::ParameterError;

constexpr int kMostTrades = 1000;
constexpr int kMostStrikes = 1000;
constexpr int kMostSessions = 120;
constexpr int kUsualSessions = 5;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kMostSummaryDays = 400;
constexpr std::int64_t kMostSteps = 2'000;  // of by_time: a row each, ticker and side

// A step that wasn't asked for widens with the period; all of these divide a day, so that days stay alike.
constexpr std::array<int, 8> kUsualSteps{5, 10, 15, 30, 60, 120, 240, 360};

void check_period(flow::SummaryQuestion& question, bool step_given) {
    const std::int64_t length_ms = *question.filter.until_ms - *question.filter.since_ms + 1;
    // In autumn, days have an hour more.
    if (length_ms > (kMostSummaryDays * 24 + 1) * 60 * kMinuteMs)
        throw ParameterError("since",
                             fmt::format("a summary is about {} days at most: send a later since or an "
                                         "earlier until",
                                         kMostSummaryDays));
    const auto steps = [&](std::int64_t minutes) {
        return (length_ms + minutes * kMinuteMs - 1) / (minutes * kMinuteMs);
    };
    for (const int minutes : kUsualSteps)
        if (!step_given && steps(question.bucket_minutes) > kMostSteps) question.bucket_minutes = minutes;
    if (!question.sections.has(flow::SummarySections::kTime) || steps(question.bucket_minutes) <= kMostSteps)
        return;
    throw ParameterError(
        "bucket",
        fmt::format("by_time would have {} steps of {} minutes, {} at most: send bucket={} or "
                    "more, or fields without by_time",
                    steps(question.bucket_minutes), question.bucket_minutes, kMostSteps, steps(kMostSteps)));
}

}  // namespace

TradesCall read_trades_call(const Parameters& parameters) {
    TradesCall call;
    const std::string* cursor = nullptr;
    for (const auto& [name, value] : parameters) {
        if (name == "limit")
            call.limit = small_number(name, value, kMostTrades);
        else if (name == "cursor")
            cursor = &value;
        else if (name == "fields")
            call.fields = flow::TradeFields::parse(value);
        else if (name == "max_bytes")
            call.max_bytes = read_bytes(value);
        else if (!call.filter.set(name, value))
            refuse(name,
                   "ticker, side, min_premium, max_dte, expiry, strike, since, until, cancelled, cursor, "
                   "limit, fields, max_bytes");
    }
    call.filter.check();
    if (cursor != nullptr) call.after = flow::Cursor::parse(*cursor, call.filter);
    return call;
}

SummaryCall read_summary_call(const Parameters& parameters, std::int64_t now_ms) {
    SummaryCall call;
    auto& [filter, bucket, strikes, sections] = call.question;
    const std::string* date = nullptr;
    bool step_given = false;
    for (const auto& [name, value] : parameters) {
        step_given = step_given || name == "bucket";
        if (name == "date")
            date = &value;
        else if (name == "bucket")
            bucket = small_number(name, value, 390);
        else if (name == "limit")
            strikes = small_number(name, value, kMostStrikes);
        else if (name == "fields")
            sections = flow::SummarySections::parse(value);
        else if (name == "cancelled" || !filter.set(name, value))
            refuse(name,
                   "date, since, until, ticker, side, min_premium, max_dte, expiry, strike, bucket, limit, "
                   "fields");
    }
    if (date != nullptr) {
        if (filter.since_ms || filter.until_ms)
            throw ParameterError("date", "stands for since and until: send either");
        const Day day = read_date("date", *date);
        filter.since_ms = new_york_ms(day, 0);
        filter.until_ms = new_york_ms(day + 1, 0) - 1;
    } else if (filter.until_ms && !filter.since_ms) {
        throw ParameterError("until", "needs since beside it, or use date");
    }
    filter.check();
    call.newest_day = !filter.since_ms;
    if (call.newest_day) return call;
    if (!filter.until_ms) filter.until_ms = std::max(now_ms, *filter.since_ms);
    check_period(call.question, step_given);
    return call;
}

CoverageCall read_coverage_call(const Parameters& parameters, std::int64_t now_ms) {
    flow::TradeFilter filter;
    int limit = 0;
    for (const auto& [name, value] : parameters) {
        if (name == "limit")
            limit = small_number(name, value, kMostSessions);
        else if (!one_of(name, {"ticker", "since", "until"}) || !filter.set(name, value))
            refuse(name, "ticker, since, until, limit");
    }
    filter.check();
    NewYorkClock clock;
    const Day newest = last_session(now_ms).date;
    const Day last = filter.until_ms ? std::min(newest, clock.date_of(*filter.until_ms)) : newest;
    // Longer spans can't be asked for, so nothing older needs to be looked at.
    const Day oldest = last - kMostSessions * 2;
    const Day first = filter.since_ms ? std::max(oldest, clock.date_of(*filter.since_ms)) : oldest;
    if (limit == 0) limit = filter.since_ms ? kMostSessions : kUsualSessions;
    auto sessions = sessions_between(first, last);
    if (sessions.size() > static_cast<std::size_t>(limit))
        sessions.erase(sessions.begin(), sessions.end() - limit);
    return {std::move(filter.tickers), std::move(sessions)};
}

flow::TradeFilter read_stream_call(const Parameters& parameters) {
    flow::TradeFilter filter;
    for (const auto& [name, value] : parameters)
        if (one_of(name, {"since", "until", "cancelled"}) || !filter.set(name, value))
            refuse(name, "ticker, side, min_premium, max_dte, expiry, strike");
    filter.check();
    return filter;
}

void refuse_parameters(const Parameters& parameters) {
    if (!parameters.empty())
        throw ParameterError(parameters.front().first.substr(0, 40),
                             "no such parameter; this question takes none", "unknown_parameter");
}

}  // namespace pulse::answer
