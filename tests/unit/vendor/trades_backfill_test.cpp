#include "vendor/trades_backfill.hpp"

#include "backfill_job.hpp"
#include "base/error.hpp"

using namespace pulse;
using namespace pulse::test;

TEST_CASE("trades of the contracts in range are selected, derived and promised") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    vendor.trade(kNear, at(kMonday, 600), "8.5", 100);
    vendor.trade(kNear, at(kMonday, 601), "8.5", 1);
    JobRun run(vendor, {day_window("AAPL", kMonday)});
    run.finish();
    const std::string t = std::to_string(new_york_ms(kMonday, 600));
    CHECK(
        run.edge.written ==
        R"({"ev":"T","sym":"O:AAPL251205C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":)" + t +
            R"(,"ns":)" + t +
            R"(000000,"src":"rest","ticker":"AAPL","expiry":"2025-12-05","side":"CALL","strike":190,"premium":85000,"dte":4})"
            "\n"
            R"({"ev":"W","src":"rest","session":"2025-12-01","tickers":["AAPL"],"from":1764599400000,"to":1764622800000})"
            "\n");
    CHECK(run.backfill.result().summary.text() == "received=2 passed=1 dropped=1 (premium=1) rejected=0");
    CHECK(run.backfill.result().contracts == 1);
    CHECK(run.backfill.result().watermarks == 1);
    CHECK(vendor.requests.size() == 3);
}

TEST_CASE("unfiltered trades are written as they are, of every contract alive") {
    FakeVendor vendor;
    vendor.page_rows = 2;
    vendor.list("AAPL", kNear, true);
    vendor.list("AAPL", "O:AAPL1271217C00190000");
    vendor.list("AAPL", "O:AAPL251128C00190000", true);
    vendor.trade(kNear, at(kMonday, 600), "0.01", 1);
    vendor.trade("O:AAPL1271217C00190000", at(kMonday, 600), "8.5", 100, "");
    JobRun run(vendor, {day_window("AAPL", kMonday)}, true);
    run.finish();
    const std::string t = std::to_string(new_york_ms(kMonday, 600));
    const std::string time = R"("t":)" + t + R"(,"ns":)" + t + R"(000000,"src":"rest"})";
    const auto lines = FakeEdge::whole_lines(run.edge.written);
    REQUIRE(lines.size() == 3);
    const std::set<std::string> trades{lines[0], lines[1]};
    CHECK(trades ==
          std::set<std::string>{
              R"({"ev":"T","sym":"O:AAPL251205C00190000","x":302,"p":0.01,"s":1,"c":[209],)" + time,
              R"({"ev":"T","sym":"O:AAPL1271217C00190000","x":302,"p":8.5,"s":100,"c":[],)" + time});
    CHECK(read_records(run.edge.written).watermarks.size() == 1);
    CHECK(run.contracts_asked() == std::set<std::string>{kNear, "O:AAPL1271217C00190000"});
}

TEST_CASE("only contracts whose root is the ticker are asked for") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    vendor.list("AAPL", "O:AAPL1251205C00190000");
    JobRun run(vendor, {day_window("AAPL", kMonday)});
    run.finish();
    CHECK(run.contracts_asked() == std::set<std::string>{kNear});
}

TEST_CASE("a contract is asked for the sessions in which its days to expiry fit, in one range") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    vendor.list("AAPL", "O:AAPL251212C00190000");
    vendor.list("AAPL", "O:AAPL251216C00190000");
    std::vector<HistoryWindow> windows;
    for (Day day = kMonday; day < kMonday + 5; ++day) windows.push_back(day_window("AAPL", day));
    JobRun run(vendor, windows);  // 0 to 10 days
    run.finish();
    const auto range = [&](const std::string& contract) {
        std::string text;
        for (const auto& url : vendor.requests)
            if (url.find(contract) != std::string::npos)
                text += fmt::format("{}-{};", FakeVendor::value(url, "timestamp.gte"),
                                    FakeVendor::value(url, "timestamp.lt"));
        return text;
    };
    const auto days = [](Day first, Day end) { return fmt::format("{}-{};", at(first, 0), at(end, 0)); };
    CHECK(range(kNear) == days(kMonday, kMonday + 5));
    CHECK(range("O:AAPL251212C00190000") == days(kMonday + 1, kMonday + 5));
    CHECK(range("O:AAPL251216C00190000").empty());
    CHECK(run.backfill.result().watermarks == 5);
}

TEST_CASE("rows outside of the windows are left out") {
    FakeVendor vendor;
    vendor.list("AAPL", "O:AAPL251212C00190000");
    const Day friday = kMonday + 4;
    // Friday and Monday are asked for in one range, the weekend lies within.
    for (const Day day : {friday, friday + 1, friday + 3})
        vendor.trade("O:AAPL251212C00190000", at(day, 700), "8.5", 100);
    JobRun run(vendor, {day_window("AAPL", friday), day_window("AAPL", friday + 3)});
    run.finish();
    CHECK(run.trades_asked() == 1);
    CHECK(read_records(run.edge.written).prints.size() == 2);
    CHECK(run.backfill.result().summary.text() == "received=3 passed=2 dropped=1 (outside=1) rejected=0");
}

TEST_CASE("a ticker without contracts promises nothing and doesn't disturb the others") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    JobRun run(vendor, {day_window("AAPLE", kMonday), day_window("AAPL", kMonday)});
    run.finish();
    CHECK(run.backfill.result().unlisted == std::vector<std::string>{"AAPLE"});
    const auto watermarks = read_records(run.edge.written).watermarks;
    REQUIRE(watermarks.size() == 1);
    CHECK_THAT(*watermarks.begin(), ContainsSubstring(R"("tickers":["AAPL"])"));
}

TEST_CASE("a session that no listed contract fits is complete at once") {
    FakeVendor vendor;
    vendor.list("AAPL", "O:AAPL251212C00190000");
    JobRun run(vendor, {day_window("AAPL", kMonday), day_window("AAPL", kMonday + 1)});
    run.finish();
    CHECK(read_records(run.edge.written).watermarks.size() == 2);
    CHECK(run.trades_asked() == 1);
}

TEST_CASE("a watermark is written only when all contracts of its session are through") {
    FakeVendor vendor;
    vendor.page_rows = 1;
    const std::vector<std::string> contracts{kNear, "O:AAPL251205P00190000", "O:AAPL251210C00190000"};
    for (const auto& contract : contracts) {
        vendor.list("AAPL", contract);
        for (Day day = kMonday; day < kMonday + 3; ++day) vendor.trade(contract, at(day, 600), "8.5", 100);
    }
    std::vector<HistoryWindow> windows;
    for (Day day = kMonday; day < kMonday + 3; ++day) windows.push_back(day_window("AAPL", day));
    for (unsigned seed = 1; seed <= 20; ++seed) {
        JobRun run(vendor, windows, false, {}, seed);
        run.finish();
        int prints = 0;
        int session = 0;
        for (const auto& line : FakeEdge::whole_lines(run.edge.written)) {
            if (line.starts_with(R"({"ev":"T")")) {
                ++prints;
                CHECK(between(line, R"("t":)", ',') > std::to_string(new_york_ms(kMonday + session, 0)));
            } else {
                CHECK(between(line, R"("session":")", '"') == date_text(kMonday + session));
                CHECK(prints >= 3 * ++session);
            }
        }
        CHECK(prints == 9);
        CHECK(session == 3);
    }
}

TEST_CASE("parts of days are fetched, promised and not remembered") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    for (const int minute : {599, 600, 609, 610, 700}) vendor.trade(kNear, at(kMonday, minute), "8.5", 100);
    HistoryWindow morning = day_window("AAPL", kMonday);
    morning.begin_ms = morning.from_ms = new_york_ms(kMonday, 600);
    morning.end_ms = new_york_ms(kMonday, 610);
    morning.to_ms = morning.end_ms - 1;
    HistoryWindow noon = morning;
    noon.begin_ms = noon.from_ms = new_york_ms(kMonday, 700);
    noon.end_ms = new_york_ms(kMonday, 710);
    noon.to_ms = noon.end_ms - 1;
    JobRun run(vendor, {noon, morning});
    run.finish();
    const Reading reading = read_records(run.edge.written);
    CHECK(reading.prints.size() == 3);
    CHECK(reading.watermarks.size() == 2);
    CHECK(run.edge.state.empty());
}

TEST_CASE("rows that can't be used are told by contract and number, once, and don't stop the others") {
    FakeVendor vendor;
    vendor.page_rows = 2;
    vendor.list("AAPL", kNear);
    vendor.trade(kNear, at(kMonday, 600), "8.5", 100);
    vendor.trade(kNear, at(kMonday, 601), "\"8.5\"", 100);
    vendor.trade(kNear, at(kMonday, 602), "99999999999999999.9", 100);
    vendor.trade(kNear, at(kMonday, 603), "8.5", 100);
    for (const double breaks : {0.0, 0.6}) {
        JobRun run(vendor, {day_window("AAPL", kMonday)});
        run.driver.break_chance = breaks;
        run.finish();
        REQUIRE(run.edge.rejects.size() == 2);
        CHECK_THAT(run.edge.rejects[0], ContainsSubstring(kNear + " 2: "));
        CHECK(run.edge.rejects[1] == kNear + " 3: the premium needs more than 18 digits");
        CHECK(run.backfill.result().summary.text() == "received=4 passed=2 dropped=0 rejected=2");
    }
}

TEST_CASE("contracts go out by ticker, expiry and symbol; progress tells how far") {
    FakeVendor vendor;
    vendor.list("TSLA", "O:TSLA251205C00190000");
    vendor.list("AAPL", "O:AAPL251209C00190000");
    vendor.list("AAPL", "O:AAPL251205P00190000");
    vendor.list("AAPL", kNear);
    vendor.list("AAPL", kNear, true);
    vendor.trade(kNear, at(kMonday, 600), "8.5", 100);
    JobRun run(vendor, {day_window("AAPL", kMonday), day_window("TSLA", kMonday)});
    run.driver.concurrency = 1;
    CHECK(run.backfill.progress().contracts_total == 0);
    run.finish();
    std::vector<std::string> asked;
    for (const auto& url : vendor.requests)
        if (url.find("/v3/trades/") != std::string::npos) asked.push_back(FakeVendor::contract_of(url));
    CHECK(asked == std::vector<std::string>{kNear, "O:AAPL251205P00190000", "O:AAPL251209C00190000",
                                            "O:TSLA251205C00190000"});
    const TradesProgress progress = run.backfill.progress();
    CHECK(progress.contracts_done == 4);
    CHECK(progress.contracts_total == 4);
    CHECK(progress.rows == 1);
    CHECK(progress.kept == 1);
}

TEST_CASE("a job without windows has nothing to do") {
    FakeVendor vendor;
    JobRun run(vendor, {}, false, {BackfillLedger(), true});
    run.finish();
    CHECK(run.edge.calls == 0);
    CHECK(vendor.requests.empty());
}

TEST_CASE("records go out within a quarter of a second") {
    FakeEdge edge;
    TradesBackfill backfill({kBase, {day_window("AAPL", kMonday)}, {}}, {BackfillLedger(), true}, edge);
    backfill.tick(1000);
    CHECK(read_records(edge.written).markers == 1);
    CHECK(edge.calls == 1);
}

TEST_CASE("the expired contracts of a ticker are listed only when its live ones are known") {
    FakeVendor vendor;
    vendor.list("AAPL", kNear);
    vendor.list("TSLA", "O:TSLA251205C00190000", true);
    JobRun run(vendor, {day_window("AAPL", kMonday), day_window("TSLA", kMonday)});
    auto apple = run.backfill.next_task();
    auto tesla = run.backfill.next_task();
    CHECK(apple->name() == "live contracts of AAPL");
    CHECK(tesla->name() == "live contracts of TSLA");
    CHECK_FALSE(run.backfill.next_task());
    const auto answer = [&](FetchTask& task) {
        task.start({});
        task.body(vendor.answer(task.request().url));
        return task.end();
    };
    REQUIRE(answer(*tesla) == FetchNext::kDone);
    tesla = run.backfill.next_task();
    REQUIRE(tesla);
    CHECK(tesla->name() == "expired contracts of TSLA");
    CHECK_FALSE(run.backfill.next_task());
    REQUIRE(answer(*tesla) == FetchNext::kDone);
    CHECK_FALSE(run.backfill.next_task());
    REQUIRE(answer(*apple) == FetchNext::kDone);
    apple = run.backfill.next_task();
    REQUIRE(apple);
    CHECK(apple->name() == "expired contracts of AAPL");
    CHECK_FALSE(run.backfill.next_task());
    REQUIRE(answer(*apple) == FetchNext::kDone);
    run.finish();
    CHECK(run.contracts_asked() == std::set<std::string>{kNear, "O:TSLA251205C00190000"});
    CHECK(run.backfill.result().watermarks == 2);
}
