// The store library against the server that PGHOST and PGDATABASE name (see store.sh).
#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "base/log.hpp"
#include "catch.hpp"
#include "market/cancels.hpp"
#include "store/copy_binary.hpp"
#include "store/pass_counter.hpp"
#include "store/sink.hpp"

using namespace pulse;
using namespace pulse::store;

namespace {

[[maybe_unused]] const bool kQuiet =
    (log::configure("db_store", log::Level::kWarn, log::Format::kText), true);

DatabaseSettings here() {
    return {std::nullopt, "pulse-test", 10};
}

void wipe() {
    Connection connection(here());
    connection.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

TradeRow print(std::int64_t t_ms, int variant) {
    TradeRow row;
    row.t_ms = t_ms;
    parse_occ_symbol("O:AAPL251219C00190000", row.symbol);
    row.price = {85 + variant, 1};
    row.premium = *multiply(row.price, 100 * 100);
    row.size = 100;
    row.exchange = 302;
    row.conditions = {209};
    row.source = "live";
    return row;
}

/// Everything stored, as text.
std::string stored() {
    Connection connection(here());
    const auto rows = connection.run(
        "SELECT string_agg(format('%s %s %s %s %s %s', (extract(epoch FROM trade_time) * 1000)::bigint, "
        "price, occurrence, "
        "coalesce(sequence::text, '-'), source, coalesce(((extract(epoch FROM cancelled_at) * "
        "1000)::bigint)::text, '-')), "
        "E'\\n' ORDER BY trade_time, price, size, occurrence) FROM smart_money_trades");
    return std::string(rows.front().text(0, 0));
}

void store_all(const std::vector<TradeRow>& rows, std::size_t batch_rows) {
    Sink sink(here(), 0);
    REQUIRE(sink.open());
    Batch batch;
    const auto flush = [&] {
        batch.place();
        const auto result = sink.store(batch);
        REQUIRE(result.refused.empty());
        REQUIRE(result.stored + result.duplicates == batch.size());
        batch.clear();
    };
    for (const TradeRow& row : rows) {
        const bool cancel = row.conditions.front() == 201;
        (cancel ? batch.cancels : batch.trades).push_back(row);
        (cancel ? batch.cancels : batch.trades).back().line = batch.add_line(1, "line");
        if (batch.size() >= batch_rows) flush();
    }
    if (!batch.empty()) flush();
}

using Random = std::mt19937;

/// Prints of few instants and prices, so that groups and classes are crowded. Sequences are unique to a
/// print.
std::vector<TradeRow> random_prints(Random& random, bool with_cancels) {
    std::vector<TradeRow> rows;
    for (int i = 0; i < 60; ++i) {
        TradeRow row =
            print(1764948620000 + static_cast<int>(random() % 12) * 700, static_cast<int>(random() % 2));
        row.sequence = 100 + i;
        if (with_cancels && random() % 3 == 0) row.conditions = {201};
        rows.push_back(row);
    }
    return rows;
}

/// One pass of a history source over the prints.
std::vector<TradeRow> pass_over(std::vector<TradeRow> rows, const std::string& source) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.t_ms < b.t_ms; });
    PassCounter passes;
    for (TradeRow& row : rows) {
        row.sequence.reset();
        row.source = source;
        row.ordinal = passes.count(row);
    }
    return rows;
}

}  // namespace

TEST_CASE("numbers and times reach the server as they are") {
    Connection connection(here());
    CopyBuffer buffer;
    std::vector<Decimal> values{{0, 0},          {1, 18}, {999'999'999'999'999'999, 18}, {-1, 4}, {10'001, 4},
                                {12'345'678, 5}, {1, 9}};
    Random random(3);
    for (int i = 0; i < 500; ++i)
        values.push_back(
            *make_decimal(static_cast<std::int64_t>(random()) * static_cast<int>(random() % 1000),
                          static_cast<int>(random() % 19)));
    connection.run("CREATE TEMP TABLE n (value numeric, at timestamptz, day date)");
    connection.begin_copy("COPY n FROM STDIN (FORMAT binary)");
    buffer.start();
    for (const Decimal& value : values) {
        buffer.start_row(3);
        buffer.numeric(value);
        buffer.timestamptz(1764948620676);
        buffer.date(day_from_civil(2025, 12, 19));
    }
    buffer.finish();
    connection.send_copy(buffer.data());
    connection.finish_copy();
    const auto rows =
        connection.run("SELECT value, at AT TIME ZONE 'UTC', day, value = value::text::numeric FROM n");
    REQUIRE(rows.front().rows() == static_cast<int>(values.size()));
    for (int i = 0; i < rows.front().rows(); ++i) {
        REQUIRE(rows.front().text(i, 0) == decimal_text(values[static_cast<std::size_t>(i)]));
        REQUIRE(rows.front().text(i, 1) == "2025-12-05 15:30:20.676");
        REQUIRE(rows.front().text(i, 2) == "2025-12-19");
        REQUIRE(rows.front().text(i, 3) == "t");
    }
}

TEST_CASE("a group has as many rows as sequences seen or prints in a pass, however they arrive") {
    Random random(11);
    for (int round = 0; round < 12; ++round) {
        const auto live = random_prints(random, false);
        std::vector<TradeRow> seen(live.begin(),
                                   live.begin() + static_cast<std::ptrdiff_t>(random() % live.size()));
        // What the rule says: sequences in ascending order first, then as many as the fullest pass has.
        std::map<std::pair<std::int64_t, std::int64_t>, std::pair<std::set<std::int64_t>, std::size_t>>
            groups;
        for (const auto& row : seen) groups[{row.t_ms, row.price.digits}].first.insert(*row.sequence);
        for (const auto& row : live) ++groups[{row.t_ms, row.price.digits}].second;
        std::string expected;
        for (const auto& [key, group] : groups) {
            auto next = group.first.begin();
            for (std::size_t k = 1; k <= std::max(group.first.size(), group.second); ++k) {
                const bool numbered = next != group.first.end();
                expected += (expected.empty() ? "" : "\n") + std::to_string(key.first) + " " +
                            decimal_text({key.second, 1}) + " " + std::to_string(k) + " " +
                            (numbered ? std::to_string(*next) + " live -" : "- rest -");
                if (numbered) ++next;
            }
        }
        std::vector<TradeRow> rows = seen;
        for (const std::string source : {"rest", "flat"})
            for (const auto& row : pass_over(live, source)) rows.push_back(row);
        rows.insert(rows.end(), seen.begin(), seen.end());
        std::shuffle(rows.begin(), rows.end(), random);
        wipe();
        store_all(rows, 1 + random() % 90);
        REQUIRE(stored() == expected);
    }
}

TEST_CASE("cancels end in the same marks in every order of arrival") {
    Random random(12);
    for (int round = 0; round < 12; ++round) {
        auto rows = random_prints(random, true);
        if (round % 2 == 0) {
            // A class whose cancels reach far back, beyond the first stretches that are looked at.
            for (std::size_t i = 0; i < rows.size(); ++i)
                rows[i].t_ms += static_cast<std::int64_t>(i % 3) * 40'000'000;
        }
        wipe();
        store_all(rows, rows.size());
        const std::string at_once = stored();

        // Independent of the library's stretches and SQL: the whole class in one go.
        std::size_t marked = 0;
        for (const std::int64_t price : {85, 86}) {
            std::vector<ClassEvent> events;
            for (const auto& row : rows)
                if (row.price == *make_decimal(price, 1))
                    events.push_back({row.t_ms, row.conditions.front() == 201});
            std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
                return std::tie(a.t_ms, a.is_cancel) < std::tie(b.t_ms, b.is_cancel);
            });
            for (const auto& at : match_cancels(events).cancelled_at) marked += at.has_value() ? 1U : 0U;
        }
        Connection connection(here());
        REQUIRE(connection.run("SELECT count(cancelled_at) FROM smart_money_trades").front().integer(0, 0) ==
                static_cast<std::int64_t>(marked));
        CHECK(marked > 3);

        for (int order = 0; order < 3; ++order) {
            std::shuffle(rows.begin(), rows.end(), random);
            wipe();
            store_all(rows, 1 + random() % 20);
            store_all({rows.begin(), rows.begin() + 30}, 7);
            REQUIRE(stored() == at_once);
        }
    }
}

TEST_CASE("a cancel long before or after everything else changes nothing it must not") {
    TradeRow late = print(1764948620000, 0);
    late.sequence = 1;
    TradeRow cancel = print(1764948620000 - 1, 0);
    cancel.sequence = 2;
    cancel.conditions = {201};
    wipe();
    store_all({cancel, late}, 1);
    CHECK(stored() == "1764948620000 8.5 1 1 live -");
    TradeRow early = print(1700000000000, 0);  // two years before its cancel
    early.sequence = 3;
    store_all({early}, 1);
    CHECK(stored() == "1700000000000 8.5 1 3 live 1764948619999\n1764948620000 8.5 1 1 live -");
}

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
