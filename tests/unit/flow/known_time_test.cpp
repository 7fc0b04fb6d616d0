#include "flow/known_time.hpp"

#include <chrono>

#include "catch.hpp"
#include "market/new_york.hpp"

using namespace pulse;
using namespace pulse::flow;

namespace {

constexpr Day kFriday = day_from_civil(2025, 12, 5);
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600'000;

using Rows = std::vector<store::CoverageRow>;

Session friday() {
    return *session_of(kFriday);
}

TimeRange whole(const Session& session) {
    return {session.open_ms, session.close_ms};
}

store::CoverageRow row(const char* ticker, bool live, std::int64_t from_ms, std::int64_t to_ms) {
    return {ticker, live, {from_ms, to_ms}};
}

/// What is known of AAPL on Friday between these instants, in ms after the open.
Known between(const Rows& rows, std::int64_t from, std::int64_t to, std::int64_t horizon = kMaxUnixMs) {
    const Session s = friday();
    return known_of(KnownTime(rows), "AAPL", {s}, {s.open_ms + from, s.open_ms + to}, horizon);
}

Known of(const Rows& rows) {
    return between(rows, 0, friday().close_ms - friday().open_ms);
}

}  // namespace

TEST_CASE("a covered session is complete, an uncovered one unknown, never empty") {
    const Session s = friday();
    const Known all = of({row("AAPL", true, s.open_ms, s.close_ms)});
    CHECK(all.knowledge == Knowledge::kComplete);
    CHECK(all.market_ms == 6 * kHour + kHour / 2);
    CHECK(all.known_ms == all.market_ms);
    CHECK(all.live_ms == all.market_ms);
    CHECK(all.gaps.empty());
    const Known nothing = of({row("TSLA", true, s.open_ms, s.close_ms)});
    CHECK(nothing.knowledge == Knowledge::kUnknown);
    CHECK(nothing.known_ms == 0);
    REQUIRE(nothing.gaps.size() == 1);
    CHECK(nothing.gaps[0] == TimeRange{s.open_ms, s.close_ms - 1});
}

TEST_CASE("a star covers every ticker; history counts as known but not as live") {
    const Session s = friday();
    const Known known = of({row("*", true, s.open_ms, s.open_ms + kHour - 1),
                            row("AAPL", false, s.open_ms + kHour, s.open_ms + 2 * kHour - 1)});
    CHECK(known.knowledge == Knowledge::kPartial);
    CHECK(known.known_ms == 2 * kHour);
    CHECK(known.live_ms == kHour);
    REQUIRE(known.gaps.size() == 1);
    CHECK(known.gaps[0].from_ms == s.open_ms + 2 * kHour);
}

TEST_CASE("the edge of a second is no gap, a whole second is one") {
    const Session s = friday();
    CHECK(of({row("AAPL", true, s.open_ms + 999, s.close_ms - 1)}).knowledge == Knowledge::kComplete);
    const Known late = of({row("AAPL", true, s.open_ms + 1000, s.close_ms - 1)});
    CHECK(late.knowledge == Knowledge::kPartial);
    CHECK(late.known_ms == late.market_ms - 1000);
}

TEST_CASE("what can't be known yet is pending, not missing") {
    const Session s = friday();
    const KnownTime coverage({row("AAPL", true, s.open_ms, s.open_ms + kHour)});
    const Known so_far = known_of(coverage, "AAPL", {s}, whole(s), s.open_ms + kHour);
    CHECK(so_far.knowledge == Knowledge::kComplete);
    CHECK(so_far.market_ms == kHour + 1);
    CHECK(known_of(coverage, "AAPL", {s}, whole(s), s.open_ms - 1).knowledge == Knowledge::kPending);
    CHECK(known_of(coverage, "AAPL", {}, whole(s), kMaxUnixMs).knowledge == Knowledge::kPending);
    CHECK(known_of(coverage, "AAPL", {s}, {s.open_ms, s.open_ms + kHour}, kMaxUnixMs).knowledge ==
          Knowledge::kComplete);
}

TEST_CASE("of nothing, not even a second is known") {
    const Session s = friday();
    for (const std::int64_t length : {1, 2, 999, 1000, 1001}) {
        INFO(length);
        const Known known = between({}, kHour, kHour + length - 1);
        CHECK(known.knowledge == Knowledge::kUnknown);
        CHECK(known.known_ms == 0);
        CHECK(known.live_ms == 0);
        REQUIRE(known.gaps.size() == 1);
        CHECK(known.gaps[0] == TimeRange{s.open_ms + kHour, s.open_ms + kHour + length - 1});
    }
    CHECK(between({}, 0, 500, s.open_ms + 100).knowledge == Knowledge::kUnknown);
    const Rows other_day{row("AAPL", true, s.open_ms - 30 * kHour, s.open_ms - 1)};
    CHECK(between(other_day, 0, 500).knowledge == Knowledge::kUnknown);
}

TEST_CASE("a page that touches only the end of a long gap is not complete") {
    const Session s = friday();
    const Rows rows{row("AAPL", true, s.open_ms + kHour, s.close_ms)};
    const Known page = between(rows, kHour - 500, kHour + 500);
    CHECK(page.knowledge == Knowledge::kPartial);
    CHECK(page.known_ms == 501);
    REQUIRE(page.gaps.size() == 1);
    CHECK(page.gaps[0] == TimeRange{s.open_ms + kHour - 500, s.open_ms + kHour - 1});
    const Known before = between({row("AAPL", true, s.open_ms, s.open_ms + kHour)}, kHour - 100, kHour + 700);
    CHECK(before.knowledge == Knowledge::kPartial);
}

TEST_CASE("a short gap inside known time counts as known, but for those who ask about nothing else") {
    const Session s = friday();
    const Rows rows{row("AAPL", true, s.open_ms, s.open_ms + kHour - 1),
                    row("AAPL", true, s.open_ms + kHour + 900, s.close_ms)};
    CHECK(of(rows).knowledge == Knowledge::kComplete);
    CHECK(between(rows, kHour - 1, kHour + 100).knowledge == Knowledge::kComplete);
    CHECK(between(rows, kHour + 800, kHour + 900).knowledge == Knowledge::kComplete);
    CHECK(between(rows, kHour, kHour + 899).knowledge == Knowledge::kUnknown);
    CHECK(between(rows, kHour + 1, kHour + 2).knowledge == Knowledge::kUnknown);
}

TEST_CASE("what the stream just has not told yet is no gap for less than a second") {
    const Session s = friday();
    const Rows rows{row("AAPL", true, s.open_ms, s.open_ms + kHour)};
    CHECK(between(rows, 0, 2 * kHour, s.open_ms + kHour + 999).knowledge == Knowledge::kComplete);
    CHECK(between(rows, 0, 2 * kHour, s.open_ms + kHour + kSecond).knowledge == Knowledge::kPartial);
}

TEST_CASE("live time follows the same rule") {
    const Session s = friday();
    const Rows rows{row("AAPL", false, s.open_ms, s.close_ms),
                    row("AAPL", true, s.open_ms + kHour, s.open_ms + kHour + 899)};
    const Known page = between(rows, 0, 500);
    CHECK(page.knowledge == Knowledge::kComplete);
    CHECK(page.live_ms == 0);
    CHECK(between(rows, kHour - 200, kHour + 99).live_ms == 100);
    CHECK(between(rows, kHour, kHour + 99).live_ms == 100);
}

TEST_CASE("rows in any order become few ranges, a star's in every ticker") {
    const KnownTime known({row("AAPL", true, 500, 599), row("*", false, 100, 199),
                           row("AAPL", true, 150, 299), row("AAPL", false, 300, 399),
                           row("TSLA", true, 10, 20), row("*", true, 550, 700), row("AAPL", true, 170, 180)});
    CHECK(known.of("AAPL").all == std::vector<TimeRange>{{100, 399}, {500, 700}});
    CHECK(known.of("AAPL").live == std::vector<TimeRange>{{150, 299}, {500, 700}});
    CHECK(known.of("TSLA").all == std::vector<TimeRange>{{10, 20}, {100, 199}, {550, 700}});
    CHECK(known.of("NVDA").all == std::vector<TimeRange>{{100, 199}, {550, 700}});
    CHECK(known.of("NVDA").live == std::vector<TimeRange>{{550, 700}});
    CHECK(known.first_ms() == 10);
    CHECK(KnownTime().of("AAPL").all.empty());
    CHECK_FALSE(KnownTime().first_ms());
}

TEST_CASE("a year of reconnects costs a question about it milliseconds") {
    const auto sessions = sessions_between(kFriday - 365, kFriday);
    Rows rows;
    for (const Session& session : sessions)
        for (std::int64_t part = 0; part < 50; ++part)
            rows.push_back(row("AAPL", true, session.open_ms + part * 400 * kSecond,
                               session.open_ms + part * 400 * kSecond + 300 * kSecond - 1));
    const KnownTime known(rows);
    const auto begin = std::chrono::steady_clock::now();
    for (int ticker = 0; ticker < 50; ++ticker) {
        const Known all = known_of(known, "AAPL", sessions, {0, kMaxUnixMs}, kMaxUnixMs);
        REQUIRE(all.knowledge == Knowledge::kPartial);
        REQUIRE(all.gaps.size() >= sessions.size() * 40);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    // 50 tickers, 250 sessions, 12,500 rows: 0.03 s. Looking at every row in every session would take 10 s.
    CHECK(took.count() < 1.0);
}
