#include <set>
#include <string>

#include "backfill_job.hpp"
#include "base/error.hpp"

using namespace pulse;
using namespace pulse::test;

namespace {

std::vector<HistoryWindow> week() {
    std::vector<HistoryWindow> windows;
    for (const auto* const ticker : {"AAPL", "TSLA"})
        for (Day day = kMonday; day < kMonday + 4; ++day) windows.push_back(day_window(ticker, day));
    return windows;
}

// A few days of two tickers: identical prints in a row, across pages, in one instant and apart by ns.
FakeVendor small_market() {
    FakeVendor vendor;
    const std::vector<std::string> contracts{kNear, "O:AAPL251205P00200000", "O:AAPL251212C00190000",
                                             "O:TSLA251205C00400000"};
    for (const std::string& contract : contracts) {
        vendor.list(contract.substr(2, 4), contract, contract == kNear);
        for (Day day = kMonday; day < kMonday + 4; ++day) {
            for (const int more : {0, 0, 1000, 999'999})
                vendor.trade(contract, at(day, 600, more), "8.5", 100);
            vendor.trade(contract, at(day, 601), "8.5", 100);
            vendor.trade(contract, at(day, 601), "0.5", 1);
            vendor.trade(contract, at(day, 900), "9", 100 + (day - kMonday));
        }
    }
    return vendor;
}

// Small pieces of output, often handed out, so that there are many points to be killed at.
void run_with_ticks(JobRun& run, bool finish = true) {
    std::int64_t now = 1000;
    run.driver.piece = 60;
    run.driver.after_step = [&run, now]() mutable { run.backfill.tick(now += 90); };
    run.driver.run();
    if (finish) run.backfill.finish();
}

// No request of a resumed run may reach into a day that its state said was finished.
void check_not_fetched_again(const FakeVendor& vendor, const std::vector<std::string>& state) {
    for (const std::string& line : state) {
        const std::string contract = between(line, R"("c":")", '"');
        if (contract.empty()) continue;
        const auto from = parse_date(between(line, R"("from":")", '"'));
        const auto through = parse_date(between(line, R"("through":")", '"'));
        REQUIRE((from && through));
        for (const std::string& url : vendor.requests) {
            if (url.find(contract + "?timestamp") == std::string::npos) continue;
            const bool apart = std::stoll(FakeVendor::value(url, "timestamp.gte")) >= at(*through + 1, 0) ||
                               std::stoll(FakeVendor::value(url, "timestamp.lt")) <= at(*from, 0);
            CHECK(apart);
        }
    }
}

}  // namespace

TEST_CASE("a run that nobody disturbs keeps every print as often as it happened") {
    FakeVendor vendor = small_market();
    JobRun run(vendor, week());
    run_with_ticks(run);
    const Reading reading = read_records(run.edge.written);
    // The contract of 12-12 fits 10 days from Tuesday on.
    CHECK(reading.prints.size() == 6 * (4 + 4 + 3 + 4));
    CHECK(reading.watermarks.size() == 8);
    CHECK(reading.repeated_prints == 0);
    CHECK(reading.bad_lines == 0);
    CHECK(reading.markers == 0);
    CHECK(run.edge.calls > 20);
}

TEST_CASE("killed at any point and resumed, the records are those of one run") {
    FakeVendor whole_vendor = small_market();
    JobRun whole(whole_vendor, week());
    run_with_ticks(whole);
    const Reading expected = read_records(whole.edge.written);
    int resumed_runs = 0;
    for (const double share : {0.0, 0.4, 1.0}) {
        for (int kill_at = 0;; ++kill_at) {
            CAPTURE(kill_at, share);
            const unsigned seed = 7 + static_cast<unsigned>(kill_at);
            FakeVendor first_vendor = small_market();
            JobRun first(first_vendor, week(), false, {}, seed);
            first.driver.break_chance = 0.2;
            first.edge.kill_at = kill_at;
            first.edge.kill_share = share;
            bool killed = false;
            try {
                run_with_ticks(first);
            } catch (const Killed&) {
                killed = true;
            }
            if (!killed) break;
            ++resumed_runs;
            const auto state = first.edge.state_lines();
            FakeVendor second_vendor = small_market();
            JobRun second(second_vendor, week(), false, {BackfillLedger(state), true}, seed + 1);
            second.driver.break_chance = 0.2;
            run_with_ticks(second);
            check_not_fetched_again(second_vendor, state);
            CHECK(read_records(first.edge.written + second.edge.written) == expected);
            CHECK(read_records(second.edge.written).bad_lines == 0);

            // Everything is finished now: a third run does and writes nothing.
            auto all = state;
            for (const auto& line : second.edge.state_lines()) all.push_back(line);
            for (const auto& lines : {all, BackfillLedger(all).compacted()}) {
                FakeVendor third_vendor;
                JobRun third(third_vendor, week(), false, {BackfillLedger(lines), true});
                run_with_ticks(third);
                CHECK(third.edge.calls == 0);
                CHECK(third_vendor.requests.empty());
            }
        }
    }
    CHECK(resumed_runs > 60);
}

TEST_CASE("a run killed again and again still gets there") {
    FakeVendor whole_vendor = small_market();
    JobRun whole(whole_vendor, week());
    run_with_ticks(whole);
    std::string written;
    std::vector<std::string> state;
    bool done = false;
    int runs = 0;
    for (; !done && runs < 100; ++runs) {
        FakeVendor vendor = small_market();
        JobRun run(vendor, week(), false, {BackfillLedger(state), runs > 0}, static_cast<unsigned>(runs));
        run.edge.kill_at = 20;
        try {
            run_with_ticks(run);
            done = true;
        } catch (const Killed&) {
            done = false;
        }
        check_not_fetched_again(vendor, state);
        written += run.edge.written;
        for (const auto& line : run.edge.state_lines()) state.push_back(line);
    }
    CHECK(done);
    CHECK(runs > 3);
    CHECK(read_records(written) == read_records(whole.edge.written));
}

TEST_CASE("another day's run with the same state asks for the new days only") {
    FakeVendor vendor = small_market();
    JobRun first(vendor, {day_window("AAPL", kMonday), day_window("AAPL", kMonday + 1)});
    first.finish();
    vendor.requests.clear();
    JobRun second(
        vendor,
        {day_window("AAPL", kMonday), day_window("AAPL", kMonday + 1), day_window("AAPL", kMonday + 2)},
        false, {BackfillLedger(first.edge.state_lines()), true});
    second.finish();
    check_not_fetched_again(vendor, first.edge.state_lines());
    const Reading reading = read_records(second.edge.written);
    CHECK(reading.watermarks.size() == 1);
    CHECK(reading.prints.size() == 18);
    CHECK(reading.markers == 1);
}

TEST_CASE("a session that only lacks its watermark gets it without a request for trades") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    JobRun run(vendor, {day_window("AAPL", kMonday)}, false,
               {BackfillLedger({contract_state_line(kNear, "AAPL", kMonday, kMonday)}), true});
    run.finish();
    CHECK(run.trades_asked() == 0);
    CHECK(read_records(run.edge.written).watermarks.size() == 1);
}

TEST_CASE("a job stopped politely writes what it holds") {
    FakeVendor vendor;
    vendor.page_rows = 1;
    vendor.list("AAPL", kNear);
    for (int i = 0; i < 3; ++i) vendor.trade(kNear, at(kMonday, 600), "8.5", 100);
    JobRun run(vendor, {day_window("AAPL", kMonday)});
    while (run.backfill.progress().kept < 2 && run.driver.step()) {
    }
    run.backfill.finish();
    CHECK(read_records(run.edge.written).prints.size() == 2);
    CHECK(read_records(run.edge.written).watermarks.empty());
    CHECK(run.edge.state.empty());
}

TEST_CASE("resumed by whole sessions, a run holds every trade of the sessions it finishes") {
    FakeVendor whole_vendor = small_market();
    JobRun whole(whole_vendor, week());
    run_with_ticks(whole);
    const auto session_of = [](const std::string& ticker, const std::string& unix_ms) {
        return ticker + std::to_string(std::stoll(unix_ms) / 86'400'000);
    };
    // Trades of the sessions (ticker and date) that the watermarks in `finished_by` are about.
    const auto of_finished_sessions = [&](const std::string& text, const std::string& finished_by) {
        std::set<std::string> finished;
        for (const std::string& mark : read_records(finished_by).watermarks)
            finished.insert(
                session_of(between(mark, R"("tickers":[")", '"'), between(mark, R"("from":)", ',')));
        std::multiset<std::string> lines;
        for (const std::string& line : FakeEdge::whole_lines(text)) {
            const auto symbol = between(line, R"("sym":")", '"');
            if (symbol.empty()) continue;
            const auto session =
                session_of(symbol.substr(2, symbol.size() - 17), between(line, R"("t":)", ','));
            if (finished.contains(session)) lines.insert(line);
        }
        return lines;
    };
    int partly_done = 0;
    for (int kill_at = 1;; ++kill_at) {
        FakeVendor first_vendor = small_market();
        JobRun first(first_vendor, week());
        first.edge.kill_at = kill_at;
        bool killed = false;
        try {
            run_with_ticks(first);
        } catch (const Killed&) {
            killed = true;
        }
        if (!killed) break;
        BackfillLedger ledger(first.edge.state_lines());
        if (ledger.finished(kNear) != nullptr) ++partly_done;
        ledger.forget_contracts();
        FakeVendor second_vendor = small_market();
        JobRun second(second_vendor, week(), false, {ledger, true});
        run_with_ticks(second);
        CHECK(of_finished_sessions(second.edge.written, second.edge.written) ==
              of_finished_sessions(whole.edge.written, second.edge.written));
    }
    CHECK(partly_done > 5);
}
