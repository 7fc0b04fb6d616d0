// Sinks that store at once, and batches sent ahead, against the server that PGHOST and PGDATABASE name (see
// store.sh).
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "db/prints.hpp"

using namespace pulse;
using namespace pulse::store;
using namespace pulse::store::test;

namespace {

/// Slow rows widen the gaps that another session could slip into.
void slow_down() {
    Connection(here()).run(
        "CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.002); RETURN "
        "NEW; END'; "
        "CREATE TRIGGER doze BEFORE INSERT OR UPDATE ON smart_money_trades FOR EACH ROW EXECUTE FUNCTION "
        "doze(); "
        "CREATE TRIGGER doze BEFORE INSERT ON smart_money_cancels FOR EACH ROW EXECUTE FUNCTION doze()");
}

/// Deals the rows out to three sinks that run at once, after `before` was stored.
std::string stored_by_three(const std::vector<TradeRow>& before, const std::vector<TradeRow>& rows,
                            std::size_t batch_rows) {
    wipe();
    store_all(before, 1000);
    slow_down();
    std::vector<std::vector<TradeRow>> shares(3);
    for (std::size_t i = 0; i < rows.size(); ++i) shares[i % 3].push_back(rows[i]);
    std::vector<std::thread> threads;
    for (auto& share : shares) threads.emplace_back([&share, batch_rows] { store_all(share, batch_rows); });
    for (auto& thread : threads) thread.join();
    return stored();
}

}  // namespace

TEST_CASE("sinks at once that claim rows of the same groups lose no sequence") {
    Random random(13);
    for (int round = 0; round < 4; ++round) {
        auto rows = random_prints(random, round == 0);
        const auto history = pass_over(rows, "flat");
        wipe();
        store_all(history, 1000);
        store_all(rows, 1000);
        const std::string expected = stored();
        std::shuffle(rows.begin(), rows.end(), random);
        REQUIRE(stored_by_three(history, rows, 3) == expected);
    }
}

TEST_CASE("sinks at once that copy prints and cancels of one class leave the right marks") {
    Random random(14);
    for (int round = 0; round < 6; ++round) {
        std::vector<TradeRow> rows;
        for (int i = 0; i < 45; ++i) {
            TradeRow row = print(1764948620000 + i * 10, 0);
            row.sequence = i;
            if (i % 3 == 2) row.conditions = {201};
            rows.push_back(row);
        }
        std::shuffle(rows.begin(), rows.end(), random);
        wipe();
        store_all(rows, 1000);
        const std::string expected = stored();
        // Half of the rounds with all cancels stored before: then no sink but the marks' own lock holds the
        // others off.
        std::vector<TradeRow> before;
        if (round % 2 == 0) {
            const auto prints = std::stable_partition(
                rows.begin(), rows.end(), [](const TradeRow& row) { return row.conditions.front() == 201; });
            before.assign(rows.begin(), prints);
            rows.erase(rows.begin(), prints);
        }
        REQUIRE(stored_by_three(before, rows, 2) == expected);
    }
}

TEST_CASE("a print and its cancel that are stored at once don't miss each other") {
    TradeRow first = print(1764948620000, 0);
    first.sequence = 1;
    TradeRow cancel = first;
    cancel.t_ms += 5;
    cancel.sequence = 2;
    cancel.conditions = {201};
    for (const bool cancel_first : {true, false}) {
        wipe();
        store_all({}, 1);
        // The first of them is held up before its commit by a lock on a row it must write: it has locked out
        // the other.
        Connection holder(here());
        Connection(here()).run(
            "CREATE TABLE gate (id int PRIMARY KEY); "
            "CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN INSERT INTO gate VALUES (1) ON CONFLICT DO NOTHING; RETURN NULL; END'; "
            "CREATE TRIGGER gate AFTER INSERT ON " +
            std::string(cancel_first ? "smart_money_cancels" : "smart_money_trades") +
            " FOR EACH STATEMENT EXECUTE FUNCTION wait_at_gate()");
        holder.run("BEGIN; INSERT INTO gate VALUES (1)");
        std::thread held([&] { store_all({cancel_first ? cancel : first}, 1); });
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        std::thread other([&] { store_all({cancel_first ? first : cancel}, 1); });
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        holder.run("ROLLBACK");
        held.join();
        other.join();
        CHECK_THAT(stored(), ContainsSubstring("1764948620000 8.5 1 1 live 1764948620005"));
    }
}

namespace {

Batch batch_at(std::initializer_list<std::int64_t> times) {
    Batch batch;
    for (const std::int64_t t_ms : times) {
        TradeRow row = print(t_ms, 0);
        row.sequence = t_ms;
        row.line = batch.add_line(1, "line");
        batch.trades.push_back(row);
    }
    batch.place();
    return batch;
}

/// Sees what is committed.
std::string committed_times() {
    Connection connection(here());
    return std::string(connection
                           .run("SELECT string_agg(((extract(epoch FROM trade_time) * 1000)::bigint)::text, "
                                "' ' ORDER BY trade_time) "
                                "FROM smart_money_trades")
                           .front()
                           .text(0, 0));
}

}  // namespace

TEST_CASE("a batch sent ahead shows nothing before its turn, and is stored once") {
    wipe();
    Sink sink(here(), 0);
    REQUIRE(sink.open());
    const Batch first = batch_at({1764948620000}), second = batch_at({1764948620001}),
                third = batch_at({1764948620002, 1764948620003});
    sink.send_ahead(third, 1);  // nothing was copied yet: left to its turn
    sink.store(first, 0);
    sink.send_ahead(third, 1);
    CHECK(committed_times() == "1764948620000");
    sink.store(second, 0);
    CHECK(committed_times() == "1764948620000 1764948620001");
    const StoreResult result = sink.store(third, 1);
    CHECK(result.stored == 2);
    CHECK(sink.copied_batches() == 3);
    CHECK(committed_times() == "1764948620000 1764948620001 1764948620002 1764948620003");
}

TEST_CASE("a batch that waits for a row sent ahead goes first once that is taken back") {
    wipe();
    Sink sink(here(), 0);
    REQUIRE(sink.open());
    sink.store(batch_at({1764948620000}), 0);
    const Batch one = batch_at({1764948620001, 1764948620005}),
                other = batch_at({1764948620005, 1764948620009});
    sink.send_ahead(other, 1);
    StoreResult first;
    std::thread storing([&] { first = sink.store(one, 0); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(committed_times() == "1764948620000");  // it waits
    sink.take_back(1);
    storing.join();
    CHECK(first.stored == 2);
    const StoreResult second = sink.store(other, 1);
    CHECK(second.stored == 1);
    CHECK(second.duplicates == 1);
    CHECK(committed_times() == "1764948620000 1764948620001 1764948620005 1764948620009");
}

TEST_CASE("a cancel committed while a print was sent ahead takes it back") {
    wipe();
    Sink sink(here(), 0), other(here(), 0);
    REQUIRE(sink.open());
    REQUIRE(other.open());
    sink.store(batch_at({1764948620000}), 0);
    const Batch print_first = batch_at({1764948620001});
    sink.send_ahead(print_first, 1);
    Batch cancel;
    TradeRow row = print(1764948620002, 0);
    row.conditions = {201};
    row.line = cancel.add_line(1, "line");
    cancel.cancels.push_back(row);
    cancel.place();
    other.store(cancel);
    sink.store(print_first, 1);
    CHECK_THAT(stored(), ContainsSubstring("1764948620001 8.5 1 1764948620001 live 1764948620002"));
}

TEST_CASE("more identical prints than the key can count are refused alone") {
    wipe();
    Sink sink(here(), 0);
    REQUIRE(sink.open());
    Batch batch;
    for (const std::int32_t ordinal : {1, 40'000}) {
        TradeRow row = print(1764948620000, 0);
        row.source = "rest";
        row.ordinal = ordinal;
        row.line = batch.add_line(static_cast<std::uint64_t>(ordinal), "the line");
        batch.trades.push_back(row);
    }
    batch.place();
    const StoreResult result = sink.store(batch);
    REQUIRE(result.refused.size() == 1);
    CHECK(result.refused[0].line_number == 40'000);
    CHECK(result.refused[0].line == "the line");
    CHECK(result.stored == 1);
    CHECK(stored() == "1764948620000 8.5 1 - rest -");
}
