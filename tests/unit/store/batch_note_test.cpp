#include "store/batch_note.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "rows.hpp"

using namespace pulse::store;
using namespace pulse::store::test;

TEST_CASE("nothing new: the transaction just commits") {
    BatchNote note;
    CHECK(note.commit_sql() == "COMMIT");
    note.trades({}, {});
    CHECK(note.commit_sql() == "COMMIT");
}

TEST_CASE("a note tells what it was told, under the lock, as the last thing before the commit") {
    BatchNote note;
    const std::vector<TradeRow> prints{numbered(1764948620676, 1), numbered(-5, 2), numbered(90, 3)};
    note.trades(place_rows(prints), prints);
    const std::string sql = note.commit_sql();
    CHECK_THAT(sql,
               ContainsSubstring("VALUES (now(), timestamptz 'epoch' + -5 * interval '1 ms', timestamptz "
                                 "'epoch' + 1764948620676 * interval '1 ms', NULL, NULL, NULL, false)"));
    CHECK_THAT(sql, ContainsSubstring("- 20000\n"));
    CHECK_THAT(sql, ContainsSubstring("pg_notify('pulse_batches'"));
    CHECK(sql.starts_with("SELECT pg_advisory_xact_lock(1886747507, 4); "));
    CHECK(sql.ends_with("; COMMIT"));
    CHECK(sql.find("epoch' + 90") == std::string::npos);
}

TEST_CASE("parts of a batch add up, prints and cancels apart, and one of history makes it history") {
    BatchNote note;
    const std::vector<TradeRow> first{numbered(20, 1)};
    const std::vector<TradeRow> second{counted(10, 1, "flat")};
    note.cancels(place_rows(first), first);
    CHECK_THAT(note.commit_sql(), ContainsSubstring("false)"));
    note.cancels(place_rows(second), second);
    CHECK_THAT(
        note.commit_sql(),
        ContainsSubstring("(now(), NULL, NULL, timestamptz 'epoch' + 10 * interval '1 ms', timestamptz "
                          "'epoch' + 20 * interval '1 ms', NULL, true)"));
}
