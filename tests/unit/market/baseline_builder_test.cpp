#include "market/baseline_builder.hpp"

#include <array>
#include <map>
#include <utility>

#include "catch.hpp"
#include "market/calendar.hpp"
#include "market/premium_bucket.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::string_view kCall = "O:AAPL251219C00190000";   // 14 days on 2025-12-05
constexpr std::string_view kOther = "O:AAPL251219C00200000";  // the same cell
constexpr std::array<std::int16_t, 1> kPlain{209}, kMultiLeg{232}, kLate{202}, kCancel{201};

const Session kFriday = *session_of(day_from_civil(2025, 12, 5));
const Session kMonday = *session_of(day_from_civil(2025, 12, 8));

struct Run {
    std::vector<BaselineCell> cells;
    BaselineBuilder builder;

    explicit Run(BaselineBuilder::Options options = {})
        : builder(options, [this](const BaselineCell& cell) { cells.push_back(cell); }) {}

    void print(std::int64_t t_ms, Decimal price, std::int64_t size,
               std::span<const std::int16_t> conditions = kPlain, std::optional<std::int64_t> q = {},
               std::string_view sym = kCall) {
        builder.add({sym, t_ms, price, size, 302, conditions, q});
    }
    void live(std::int64_t from_ms, std::int64_t to_ms) { builder.complete({"AAPL"}, from_ms, to_ms, false); }
    std::map<int, std::int64_t> slot(int index) const {
        for (const BaselineCell& cell : cells)
            if (cell.slot == index) return {cell.histogram.begin(), cell.histogram.end()};
        return {};
    }
};

using Histogram = std::map<int, std::int64_t>;
// $850 is 2^9 + 338: bucket 1 + 8 × 9 + 5
constexpr int k850 = 78, k1700 = 86;

}  // namespace

TEST_CASE("a print counts in every window that looks at it, and the others are zeros") {
    Run run;
    run.print(kFriday.open_ms + 47 * kMinute, {85, 1}, 1);  // 10:17: windows ending 10:20 to 10:45
    run.print(kFriday.open_ms + 47 * kMinute, {85, 1}, 0, kPlain, {}, kOther);
    run.builder.finish();
    REQUIRE(run.cells.size() == 13);
    CHECK(run.cells[0].ticker == "AAPL");
    CHECK(run.cells[0].side == OptionSide::kCall);
    CHECK(run.cells[0].dte_bucket == 3);
    CHECK(run.cells[0].contracts == 2);
    CHECK(run.slot(0) == Histogram{{0, 12}});
    CHECK(run.slot(1) == Histogram{{0, 9}, {k850, 3}});
    CHECK(run.slot(2) == Histogram{{0, 9}, {k850, 3}});
    CHECK(run.slot(12) == Histogram{{0, 12}});
}

TEST_CASE("a print at a window's end belongs to the next, the close to none") {
    Run run;
    run.print(kFriday.open_ms + 30 * kMinute - 1, {85, 1}, 1);
    run.print(kFriday.close_ms, {85, 1}, 1);
    run.print(kFriday.open_ms - 1, {85, 1}, 1);
    run.builder.finish();
    CHECK(run.slot(0) == Histogram{{0, 5}, {k850, 1}});
    CHECK(run.slot(1) == Histogram{{0, 1}, {k850, 5}});
    CHECK(run.slot(12) == Histogram{{0, 6}});

    Run at;
    at.print(kFriday.open_ms + 30 * kMinute, {85, 1}, 1);
    at.builder.finish();
    CHECK(at.slot(0) == Histogram{{0, 6}});
}

TEST_CASE("what says little about its contract is left out, and a contract without the rest didn't trade") {
    Run run;
    run.print(kFriday.open_ms, {85, 1}, 1, kMultiLeg);
    run.print(kFriday.open_ms, {85, 1}, 1, kLate);
    run.print(kFriday.open_ms, {85, 1}, 1, kPlain, {}, "O:AAPL260619C00190000");  // 196 days
    run.print(kFriday.open_ms, {85, 1}, 1, kPlain, {}, "O:AAPL251204C00190000");  // expired
    run.print(kFriday.open_ms, {1, 0}, INT64_C(1) << 32);
    run.print(kFriday.open_ms, {1'000'000'000, 0}, 1);
    run.builder.finish();
    CHECK(run.cells.empty());
    CHECK(run.builder.unfinished().empty());
}

TEST_CASE("premium is cut to 1/10,000 dollar print by print, and to dollars when it is counted") {
    Run run;
    for (int i = 0; i < 2; ++i) run.print(kFriday.open_ms, {49'999'999, 10}, 100);  // $49.99999 each
    run.builder.finish();
    CHECK(run.slot(0) == Histogram{{premium_bucket(99), 6}});
}

TEST_CASE("a cancel takes back the newest print that is not later and at most an hour old") {
    const std::int64_t at = kFriday.open_ms + 2 * kMinute;
    Run run;
    run.print(at, {85, 1}, 1);
    run.print(at + 10 * kMinute, {85, 1}, 1);
    run.print(at + 20 * kMinute, {85, 1}, 1);
    run.print(at + 15 * kMinute, {85, 1}, 1, kCancel);  // means the second
    run.builder.finish();
    CHECK(run.slot(0) == Histogram{{k850, 4}, {k1700, 2}});  // until 9:50 the first, then both; 9:30-10:00

    Run late;
    late.print(at, {85, 1}, 1);
    late.print(at + 60 * kMinute + 1, {85, 1}, 1, kCancel);
    late.builder.finish();
    CHECK(late.slot(0) == Histogram{{k850, 6}});

    Run gone;
    gone.print(at, {85, 1}, 1);
    gone.print(at + 60 * kMinute, {85, 1}, 1, kCancel);
    gone.builder.finish();
    CHECK(gone.cells.empty());

    Run before;  // delivered before its print
    before.print(at + 5, {85, 1}, 1, kCancel);
    before.print(at, {85, 1}, 1);
    before.builder.finish();
    CHECK(before.cells.empty());
}

TEST_CASE("what is delivered twice counts once, print or cancel") {
    const std::int64_t at = kFriday.open_ms;
    Run run;
    run.print(at, {85, 1}, 1, kPlain, 1);
    run.print(at, {85, 1}, 1, kPlain, 2);
    run.print(at, {85, 1}, 1, kPlain, 3);
    run.print(at + 1, {85, 1}, 1, kCancel, 4);
    run.print(at + 1, {85, 1}, 1, kCancel, 4);
    for (int i = 0; i < 2; ++i) run.print(at, {85, 1}, 1, kPlain, 2);
    run.print(at + 61 * kMinute, {85, 1}, 0, kPlain, 9);
    run.print(at, {85, 1}, 1, kPlain, 5);  // an hour behind the contract: a repetition
    run.builder.finish();
    CHECK(run.slot(0) == Histogram{{k1700, 6}});
    CHECK(run.slot(1) == Histogram{{0, 6}});
}

TEST_CASE("half hours whose windows see a gap are left out") {
    Run run;
    const std::int64_t at = kFriday.open_ms + 100 * kMinute;  // 11:10
    run.live(kFriday.open_ms + 999, at);
    run.print(kFriday.open_ms, {85, 1}, 1);
    run.live(at + 1000, kFriday.close_ms + kMinute);
    REQUIRE(run.cells.size() == 11);  // 11:00 looks at it, and 11:30 begins its windows at 11:05
    for (const BaselineCell& cell : run.cells) CHECK((cell.slot != 3 && cell.slot != 4));

    Run bridged;
    bridged.live(kFriday.open_ms + 999, at);
    bridged.print(kFriday.open_ms, {85, 1}, 1);
    bridged.live(at + 999, kFriday.close_ms + kMinute);
    CHECK(bridged.cells.size() == 13);
}

TEST_CASE("where live ranges stand among the prints changes nothing that is told") {
    std::vector<std::vector<std::pair<int, Histogram>>> told;
    for (const int every : {1, 7, 1000}) {
        Run run;
        int prints = 0;
        for (const Session& session : {kFriday, kMonday})
            for (std::int64_t t = session.open_ms + 40 * kMinute; t < session.close_ms + 5 * kMinute;
                 t += 7 * kMinute) {
                run.print(t, {85, 1}, t % 11);
                if (++prints % every == 0) run.live(kFriday.open_ms + 40 * kMinute, t);
            }
        run.live(kFriday.open_ms + 40 * kMinute, kMonday.close_ms + 4 * kMinute);
        run.builder.finish();
        CHECK(run.builder.unfinished().empty());
        auto& cells = told.emplace_back();
        for (const BaselineCell& cell : run.cells)
            cells.emplace_back(cell.session * 100 + cell.slot,
                               Histogram(cell.histogram.begin(), cell.histogram.end()));
        CHECK(cells.size() == 10 + 13);
    }
    CHECK(told[0] == told[1]);
    CHECK(told[0] == told[2]);
}

TEST_CASE("a live session is told a minute past its close, and nothing of it counts later") {
    Run run;
    run.print(kFriday.open_ms, {85, 1}, 1);
    run.live(kFriday.open_ms, kFriday.close_ms + kMinute - 1);
    CHECK(run.cells.empty());
    run.live(kFriday.open_ms, kFriday.close_ms + kMinute);
    CHECK(run.cells.size() == 13);
    run.print(kFriday.open_ms + 1, {85, 1}, 1);
    run.builder.finish();
    CHECK(run.cells.size() == 13);
}

TEST_CASE("a session that the tape breaks off in is dropped and named") {
    Run run;
    run.print(kFriday.open_ms, {85, 1}, 1);
    run.live(kFriday.open_ms, kFriday.close_ms - 1000);
    run.builder.finish();
    CHECK(run.cells.empty());
    CHECK(run.builder.unfinished() == std::vector<Day>{kFriday.date});

    Run reached;
    reached.print(kFriday.open_ms, {85, 1}, 1);
    reached.live(kFriday.open_ms, kFriday.close_ms - 999);
    reached.builder.finish();
    CHECK(reached.cells.size() == 13);
}

TEST_CASE("a half day has seven half hours") {
    const Session session = *session_of(day_from_civil(2025, 11, 28));
    Run run;
    run.print(session.close_ms - 1, {85, 1}, 1, kPlain, {}, "O:AAPL251205C00190000");
    run.builder.finish();
    CHECK(run.cells.size() == 7);
    CHECK(run.slot(6) == Histogram{{0, 5}, {k850, 1}});
}
