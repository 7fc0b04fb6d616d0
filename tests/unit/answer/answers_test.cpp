#include "answer/answers.hpp"

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::answer;

namespace {

constexpr std::int64_t kNoon = 1'764'954'000'000;  // 2025-12-05 12:00 in New York
constexpr std::int64_t kOpen = 1'764'945'000'000;  // that day, 9:30
constexpr std::int64_t kHour = 3'600'000;

Snapshot at_noon(std::vector<store::CoverageRow> rows) {
    Snapshot snapshot;
    snapshot.feed.now_ms = kNoon;
    snapshot.coverage = flow::KnownTime(rows);
    return snapshot;
}

std::vector<flow::StoredTrade> trades_at(std::initializer_list<std::int64_t> times) {
    std::vector<flow::StoredTrade> trades;
    for (const std::int64_t t_ms : times) {
        flow::StoredTrade trade;
        trade.t_ms = t_ms;
        trade.option_symbol = "O:AAPL251219C00190000";
        trades.push_back(trade);
    }
    return trades;
}

}  // namespace

TEST_CASE("a page speaks of the time behind its last trade, all of it only when nothing follows") {
    const Snapshot snapshot = at_noon({{"AAPL", true, {kOpen - 24 * kHour, kOpen + kHour}}});
    TradesCall call;
    const auto trades = trades_at({kOpen + 500, kOpen + 400, kOpen + 400});
    CHECK(span_of(call, trades, false, snapshot) == TimeRange{kOpen - 24 * kHour, kNoon});
    // Other trades of that millisecond may follow.
    CHECK(span_of(call, trades, true, snapshot) == TimeRange{kOpen + 401, kNoon});
    call.filter.since_ms = kOpen + 100;
    call.filter.until_ms = kOpen + 600;
    CHECK(span_of(call, trades, false, snapshot) == TimeRange{kOpen + 100, kOpen + 600});
    CHECK(span_of(call, trades, true, snapshot) == TimeRange{kOpen + 401, kOpen + 600});
}

TEST_CASE("a page behind a cursor speaks of nothing newer, and never ends before it begins") {
    const Snapshot snapshot = at_noon({});
    TradesCall call;
    call.after = flow::Cursor::behind(trades_at({kOpen + 400}).front());
    CHECK(span_of(call, trades_at({kOpen + 400, kOpen + 400}), true, snapshot) ==
          TimeRange{kOpen + 400, kOpen + 400});
    CHECK(span_of(call, {}, false, snapshot) == TimeRange{kOpen, kOpen + 400});
    call.filter.since_ms = kNoon + kHour;
    call.after.reset();
    CHECK(span_of(call, {}, false, snapshot) == TimeRange{kNoon, kNoon});
}

TEST_CASE("the sessions of an answer are judged at the snapshot's time") {
    CoverageCall call;
    call.sessions = sessions_between(day_from_civil(2025, 12, 5), day_from_civil(2025, 12, 5));
    const std::string body =
        coverage_answer(call, at_noon({{"AAPL", true, {kOpen, kOpen + kHour - 1}}}), {"AAPL"});
    // Two and a half hours less the sixteen minutes that trades may be on their way.
    CHECK(body.find(R"("market_s":8040,"known_s":3600,"live_s":3600)") != std::string::npos);
    CHECK(body.back() == '\n');
    call.tickers = {"TSLA"};
    CHECK(coverage_answer(call, at_noon({}), {"AAPL"}).find("AAPL") == std::string::npos);
}
