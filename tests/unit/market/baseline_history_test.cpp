#include <array>
#include <map>

#include "catch.hpp"
#include "market/baseline_builder.hpp"
#include "market/calendar.hpp"

// Baselines of history: what watermarks cover, and passes that start over.

using namespace pulse;

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::string_view kCall = "O:AAPL251219C00190000";   // 14 days on 2025-12-05
constexpr std::string_view kOther = "O:AAPL251219C00200000";  // the same cell
constexpr std::string_view kPut = "O:TSLA251219P00400000";
constexpr std::array<std::int16_t, 1> kPlain{209}, kCancel{201};
constexpr int k850 = 78, k1700 = 86;  // buckets

const Session kFriday = *session_of(day_from_civil(2025, 12, 5));
const Session kMonday = *session_of(day_from_civil(2025, 12, 8));

using Histogram = std::map<int, std::int64_t>;

struct Run {
    std::vector<BaselineCell> cells;
    BaselineBuilder builder{{}, [this](const BaselineCell& cell) { cells.push_back(cell); }};

    /// A print of $850 a contract, `ms` after the open.
    void print(std::int64_t ms, std::string_view sym = kCall, const Session& session = kFriday,
               std::span<const std::int16_t> conditions = kPlain) {
        builder.add({sym, session.open_ms + ms, {85, 1}, 1, 302, conditions, {}, true});
    }
    void covered(std::vector<std::string> tickers, const Session& session = kFriday) {
        builder.complete(tickers, session.open_ms, session.close_ms - 1, true);
    }
    /// The first half hour of a session, and of how many contracts it is.
    std::pair<std::int64_t, Histogram> first(const Session& session = kFriday) const {
        for (const BaselineCell& cell : cells)
            if (cell.slot == 0 && cell.session == session.date)
                return {cell.contracts, {cell.histogram.begin(), cell.histogram.end()}};
        return {};
    }
};

using First = std::pair<std::int64_t, Histogram>;

}  // namespace

TEST_CASE("history without a watermark is not taken at its word") {
    Run run;
    run.print(0);
    run.print(0, kPut, kMonday);
    run.builder.add({kCall, kFriday.open_ms, {85, 1}, 1, 302, kPlain, {}});  // live is
    run.builder.finish();
    CHECK(run.cells.size() == 13);
    CHECK(run.builder.uncovered() == std::vector<Day>{kFriday.date, kMonday.date});
    CHECK(run.builder.unfinished().empty());
}

TEST_CASE("each ticker is told by its range, at its close") {
    Run run;
    run.print(0);
    run.print(0, kPut);
    run.builder.complete({"AAPL"}, kFriday.open_ms, kFriday.close_ms - 1001, true);
    CHECK(run.cells.empty());
    run.covered({"AAPL"});
    CHECK(run.cells.size() == 13);
    CHECK(run.first() == First{1, {{k850, 6}}});
    run.builder.finish();
    CHECK(run.cells.size() == 13);
    CHECK(run.builder.uncovered() == std::vector<Day>{kFriday.date});
}

TEST_CASE("what was told takes no more prints, by ticker or all") {
    Run run;
    run.print(0);
    run.print(0, kPut);
    run.covered({"AAPL"});
    run.print(0, kOther);
    run.covered({"TSLA"});
    CHECK(run.cells.size() == 26);
    run.print(0);
    run.covered({"AAPL"});
    run.print(0, "O:NVDA251219C00190000");  // another ticker: not told yet
    run.covered({"*"});
    CHECK(run.cells.size() == 39);
    run.print(0, "O:MSFT251219C00500000");
    run.builder.finish();
    CHECK(run.cells.size() == 39);
    CHECK(run.builder.uncovered().empty());
}

TEST_CASE("a marker drops only the contract that comes again") {
    Run run;
    run.print(kMinute);
    run.print(kMinute, kOther);
    run.print(2 * kMinute, kOther);
    run.builder.start_over();
    run.print(kMinute, kOther);
    run.print(2 * kMinute, kOther);
    run.covered({"AAPL"});
    CHECK(run.first() == First{2, {{k850, 6}, {k1700, 6}}});
}

TEST_CASE("a contract goes on over a marker when its next print is later") {
    for (const std::int64_t next : {kMinute, kMinute + 1}) {
        Run run;
        run.print(kMinute);
        run.builder.start_over();
        run.print(next);
        run.print(next);  // only the first one after the marker tells
        run.covered({"*"});
        CHECK(run.first() == First{1, {{next == kMinute ? k1700 : k1700 + 4, 6}}});
    }
}

TEST_CASE("a contract that comes again drops its later sessions, too, and keeps the earlier ones") {
    const Session thursday = *session_of(day_from_civil(2025, 12, 4));
    Run run;
    run.print(kMinute, kCall, thursday);
    run.print(kMinute, kCall, kFriday);
    run.print(kMinute, kCall, kMonday);
    run.print(kMinute, kPut, kMonday);
    run.builder.start_over();
    run.print(kMinute, kCall, kFriday);
    run.print(2 * kMinute, kCall, kMonday);
    for (const Session& session : {thursday, kFriday, kMonday}) {
        run.covered({"AAPL"}, session);
        CHECK(run.first(session) == First{1, {{k850, 6}}});
    }
    run.covered({"TSLA"}, kMonday);
    CHECK(run.cells.size() == 52);
}

TEST_CASE("a cancel counts to a contract's newest, and is forgotten with what comes again") {
    Run run;
    run.print(kMinute);
    run.print(2 * kMinute, kCall, kFriday, kCancel);
    run.builder.start_over();
    run.print(2 * kMinute);
    run.covered({"*"});
    CHECK(run.first() == First{1, {{k850, 6}}});
}

TEST_CASE("what was told before a marker stays told, and its watermark holds") {
    Run run;
    run.print(0);
    run.builder.complete({"AAPL"}, kFriday.open_ms, kFriday.open_ms + 200 * kMinute, true);
    run.builder.start_over();
    run.print(300 * kMinute);
    run.builder.complete({"AAPL"}, kFriday.open_ms + 200 * kMinute, kFriday.close_ms, true);
    CHECK(run.cells.size() == 13);
    run.builder.start_over();
    run.print(0);
    run.builder.finish();
    CHECK(run.cells.size() == 13);
}

TEST_CASE("a thousand tickers told one by one, each with its contracts, are kept apart") {
    Run run;
    const auto ticker = [](int i) { return std::string("A") + char('A' + i / 26 % 26) + char('A' + i % 26); };
    const auto symbol = [&](int i, int k) {
        return "O:" + ticker(i) + "251219C" + std::to_string(10'000'000 + k);
    };
    for (int i = 0; i < 600; ++i)
        for (int k = 0; k < 20; ++k) run.print(0, symbol(i, k));
    for (int i = 0; i < 600; i += 2) run.covered({ticker(i)});
    for (int i = 0; i < 600; ++i) run.print(kMinute, symbol(i, 0));  // half of them are told
    for (int i = 1; i < 600; i += 2) run.covered({ticker(i)});
    REQUIRE(run.cells.size() == 600 * 13);
    for (const BaselineCell& cell : run.cells) CHECK(cell.contracts == 20);
    CHECK(Histogram(run.cells[0].histogram.begin(), run.cells[0].histogram.end()) == Histogram{{k850, 120}});
    const auto& last = run.cells[600 * 13 - 13];
    CHECK(Histogram(last.histogram.begin(), last.histogram.end()) == Histogram{{k850, 114}, {k1700, 6}});
}
