#include "vendor/backfill_ledger.hpp"

#include <algorithm>

#include "backfill_fixture.hpp"

using namespace pulse;
using namespace pulse::test;

namespace {

constexpr Day kMonday = day_from_civil(2025, 12, 1);
const std::string kContract = "O:AAPL251219C00190000";

std::vector<std::string> sorted(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

TEST_CASE("a ledger knows the contract-days and watermarks of its lines") {
    const HistoryWindow window = day_window("AAPL", kMonday);
    const BackfillLedger ledger({contract_state_line(kContract, "AAPL", kMonday, kMonday + 2),
                                 contract_state_line(kContract, "AAPL", kMonday + 4, kMonday + 4),
                                 watermark_state_line(window)});
    const auto* const finished = ledger.finished(kContract);
    REQUIRE(finished != nullptr);
    for (const Day day : {kMonday, kMonday + 2, kMonday + 4}) CHECK(BackfillLedger::contains(finished, day));
    for (const Day day : {kMonday - 1, kMonday + 3, kMonday + 5})
        CHECK_FALSE(BackfillLedger::contains(finished, day));
    CHECK(ledger.finished("O:AAPL251219P00190000") == nullptr);
    CHECK_FALSE(BackfillLedger::contains(nullptr, kMonday));
    CHECK(ledger.watermarked(window));
    CHECK_FALSE(ledger.watermarked(day_window("TSLA", kMonday)));
    CHECK_FALSE(ledger.watermarked(day_window("AAPL", kMonday + 1)));
    HistoryWindow longer = window;
    ++longer.to_ms;
    CHECK_FALSE(ledger.watermarked(longer));
}

TEST_CASE("state lines are spelled as documented") {
    CHECK(contract_state_line(kContract, "AAPL", kMonday, kMonday + 4) ==
          R"({"c":"O:AAPL251219C00190000","u":"AAPL","from":"2025-12-01","through":"2025-12-05"})");
    CHECK(watermark_state_line({"AAPL", kMonday, 0, 0, 5, 7}) ==
          R"({"w":"AAPL","session":"2025-12-01","from":5,"to":7})");
}

TEST_CASE("lines that make no sense are left out and counted") {
    const BackfillLedger ledger({"", "garbage", "[]", R"({"c":"O:X","u":"X","from":"2025-12-01"})",
                                 R"({"c":"O:X","u":"X","from":"2025-13-01","through":"2025-12-05"})",
                                 R"({"w":"AAPL","session":"2025-12-01","from":"5","to":7})"});
    CHECK(ledger.ignored() == 6);
    CHECK(ledger.finished("O:X") == nullptr);
    CHECK(ledger.compacted().empty());
}

TEST_CASE("compaction joins stretches and drops contract-days of sessions that are whole") {
    const std::vector<std::string> lines{
        contract_state_line(kContract, "AAPL", kMonday + 2, kMonday + 2),
        contract_state_line(kContract, "AAPL", kMonday + 2, kMonday + 4),
        contract_state_line("O:AAPL251205C00190000", "AAPL", kMonday, kMonday + 1),
        contract_state_line("O:TSLA251205C00190000", "TSLA", kMonday, kMonday),
        watermark_state_line(day_window("AAPL", kMonday)),
        watermark_state_line(day_window("AAPL", kMonday + 1)),
    };
    const auto compacted = BackfillLedger(lines).compacted();
    CHECK(sorted(compacted) == sorted({lines[4], lines[5], lines[3],
                                       contract_state_line(kContract, "AAPL", kMonday + 2, kMonday + 4)}));
    CHECK(sorted(BackfillLedger(compacted).compacted()) == sorted(compacted));
}

TEST_CASE("a contract-day stays when one session of its stretch isn't whole") {
    // Friday to Monday: the weekend between needs no watermark.
    const Day friday = kMonday + 4;
    const std::string stretch = contract_state_line(kContract, "AAPL", friday, friday + 3);
    const std::string first = watermark_state_line(day_window("AAPL", friday));
    const std::string last = watermark_state_line(day_window("AAPL", friday + 3));
    CHECK(sorted(BackfillLedger({stretch, first}).compacted()) == sorted({first, stretch}));
    CHECK(sorted(BackfillLedger({stretch, first, last}).compacted()) == sorted({first, last}));
}

TEST_CASE("compaction pays when it leaves less than half of many lines") {
    const auto day_after_day = [](int lines) {
        std::vector<std::string> all;
        for (int i = 0; i < lines; ++i)
            all.push_back(contract_state_line(kContract, "AAPL", kMonday, kMonday + i % 5));
        return BackfillLedger(all);
    };
    CHECK_FALSE(day_after_day(999).much_shorter());
    REQUIRE(day_after_day(1000).much_shorter());
    CHECK(*day_after_day(1000).much_shorter() ==
          std::vector<std::string>{contract_state_line(kContract, "AAPL", kMonday, kMonday + 4)});
    std::vector<std::string> distinct;
    for (int i = 0; i < 1000; ++i)
        distinct.push_back(contract_state_line(kContract + std::to_string(i), "AAPL", kMonday, kMonday));
    CHECK_FALSE(BackfillLedger(distinct).much_shorter());
}

TEST_CASE("the header of the state names the selection, not the dates") {
    SmartMoneyRule rule;
    CHECK(trades_state_header(rule, false) ==
          R"({"state":"backfill-fetch trades","min_premium":50000,"min_dte":0,"max_dte":30})");
    rule.min_premium = {25'005, 1};
    CHECK(trades_state_header(rule, false) ==
          R"({"state":"backfill-fetch trades","min_premium":2500.5,"min_dte":0,"max_dte":30})");
    CHECK(trades_state_header(rule, true) == R"({"state":"backfill-fetch trades","unfiltered":true})");
}
