// The log of batches against the server that PGHOST and PGDATABASE name (see batches.sh).
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "catch.hpp"
#include "database.hpp"
#include "store/batch_log.hpp"
#include "store/locks.hpp"
#include "store/sink.hpp"
#include "unit/store/rows.hpp"

using namespace pulse;
using namespace pulse::store;
using namespace pulse::store::test;

namespace {

[[maybe_unused]] const bool kQuiet =
    (log::configure("db_batches", log::Level::kWarn, log::Format::kText), true);

constexpr std::int64_t kNoon = 1764948620000;

TradeRow cancel_of(TradeRow row, std::int64_t after_ms) {
    row.t_ms += after_ms;
    row.sequence = row.sequence.value_or(0) + 1'000'000;
    row.conditions = {201};
    return row;
}

std::string watermark(const std::string& source, const std::string& session, std::int64_t to_ms) {
    return fmt::format(
        R"({{"ev":"W","src":"{}","session":"{}","tickers":["AAPL","MSFT"],"from":{},"to":{}}})", source,
        session, kNoon, to_ms);
}

/// A fresh database with our tables, and a sink on it.
struct Database {
    Database() {
        wipe();
        REQUIRE(sink.open());
    }
    /// Stores it all in one transaction. Rows with a cancel's condition are cancels; lines are watermarks.
    StoreResult store(const std::vector<TradeRow>& rows, const std::vector<std::string>& lines = {}) {
        return store_by(sink, rows, lines);
    }
    static StoreResult store_by(Sink& sink, const std::vector<TradeRow>& rows,
                                const std::vector<std::string>& lines = {}) {
        Batch batch;
        for (const TradeRow& row : rows) {
            auto& into = row.conditions.front() == 201 ? batch.cancels : batch.trades;
            into.push_back(row);
            into.back().line = batch.add_line(1, "line");
        }
        for (const auto& line : lines) {
            const bool bar = line.find(R"("ev":"D")") != std::string::npos;
            const auto kind = bar ? JsonKind::kDailyBar : JsonKind::kWatermark;
            batch.json[static_cast<std::size_t>(kind)].push_back(batch.add_line(1, line));
        }
        batch.place();
        return sink.store(batch);
    }
    /// What the log says behind the last call.
    std::vector<StoredBatch> news() {
        auto batches = read_batches(reader, seen, 1000);
        if (!batches.empty()) seen = batches.back().id;
        return batches;
    }

    Sink sink{here(), 0};
    Connection reader{here()};
    std::int64_t seen = 0;
};

/// The prints a reader finds by what the log says of a batch.
std::int64_t prints_of(Connection& connection, const StoredBatch& batch) {
    if (!batch.trades) return 0;
    return connection
        .query(
            "SELECT count(*) FROM smart_money_trades WHERE (extract(epoch FROM stored_at) * 1000000)::bigint "
            "= $1::bigint AND (extract(epoch FROM trade_time) * 1000)::bigint BETWEEN $2::bigint AND "
            "$3::bigint",
            {std::to_string(batch.stored_us), std::to_string(batch.trades->from_ms),
             std::to_string(batch.trades->to_ms)})
        .integer(0, 0);
}

}  // namespace

TEST_CASE("new prints are told once, with their times and the instant of their rows") {
    Database db;
    CHECK(newest_batch(db.reader) == 0);
    CHECK_FALSE(newest_live_batch(db.reader).has_value());
    const std::vector<TradeRow> rows{numbered(kNoon + 7, 1), numbered(kNoon - 3, 2), numbered(kNoon, 3)};
    db.store(rows);
    const auto news = db.news();
    REQUIRE(news.size() == 1);
    CHECK(news[0].trades == TimeRange{kNoon - 3, kNoon + 7});
    CHECK_FALSE(news[0].cancels.has_value());
    CHECK_FALSE(news[0].live_to_ms.has_value());
    CHECK_FALSE(news[0].history);
    CHECK(prints_of(db.reader, news[0]) == 3);
    CHECK(newest_batch(db.reader) == news[0].id);

    db.store(rows);  // there already: nothing to tell
    CHECK(db.news().empty());
    CHECK(db.sink.copied_batches() == 1);
    CHECK(db.sink.merged_batches() == 1);

    // One new among old ones, by way of a merge: the range is that of all, the instant finds the new one.
    db.store({rows[0], rows[1], numbered(kNoon + 1, 4)});
    const auto more = db.news();
    REQUIRE(more.size() == 1);
    CHECK(more[0].id > news[0].id);
    CHECK(prints_of(db.reader, more[0]) == 1);

    const auto back = read_batches_back(db.reader, more[0].id, 5);
    REQUIRE(back.size() == 2);
    CHECK(back[0].id == more[0].id);
    CHECK(back[1].trades == news[0].trades);
    CHECK(read_batches_back(db.reader, more[0].id, 1).size() == 1);
    CHECK(read_batches_back(db.reader, news[0].id, 5).size() == 1);
}

TEST_CASE("history and cancels are told as what they are") {
    Database db;
    db.store({numbered(kNoon, 1), counted(kNoon + 5, 1, "rest")});
    db.store({cancel_of(numbered(kNoon, 1), 40), cancel_of(numbered(kNoon, 2), 90)});
    db.store({cancel_of(numbered(kNoon, 1), 40)});
    db.store({numbered(kNoon, 1), cancel_of(numbered(kNoon, 3), 100)});
    const auto news = db.news();
    REQUIRE(news.size() == 3);
    CHECK(news[0].history);
    CHECK(news[0].trades == TimeRange{kNoon, kNoon + 5});
    CHECK_FALSE(news[1].history);
    CHECK_FALSE(news[1].trades.has_value());
    CHECK(news[1].cancels == TimeRange{kNoon + 40, kNoon + 90});
    CHECK_FALSE(news[2].trades.has_value());  // it was there already
    CHECK(news[2].cancels == TimeRange{kNoon + 100, kNoon + 100});
}

TEST_CASE("a watermark is told when it extends what is known") {
    Database db;
    db.store({}, {watermark("live", "a", kNoon + 10), watermark("live", "a", kNoon + 30)});
    db.store({}, {watermark("live", "a", kNoon + 20)});  // says nothing new
    db.store({numbered(kNoon, 1)});
    // Prints that were there already don't hide it.
    db.store({numbered(kNoon, 1)}, {watermark("live", "a", kNoon + 50), watermark("rest", "r", kNoon + 999)});
    db.store({}, {watermark("rest", "s", kNoon + 70)});
    db.store({}, {R"({"ev":"D","ticker":"AAPL","date":"2025-12-05","o":1,"h":2,"l":1,"c":2,"v":3})"});
    const auto news = db.news();
    REQUIRE(news.size() == 4);
    CHECK(news[0].live_to_ms == kNoon + 30);
    CHECK_FALSE(news[1].live_to_ms.has_value());
    CHECK(news[2].live_to_ms == kNoon + 50);
    CHECK_FALSE(news[2].trades.has_value());
    CHECK_FALSE(news[3].live_to_ms.has_value());
    const auto live = newest_live_batch(db.reader);
    REQUIRE(live.has_value());
    CHECK(live->id == news[2].id);
    CHECK(live->live_to_ms == kNoon + 50);
    CHECK(read_batches(db.reader, news[0].id, 2).back().id == news[2].id);
}

TEST_CASE("what the server refuses is not told") {
    Database db;
    sql("ALTER TABLE smart_money_trades ADD CONSTRAINT few CHECK (size < 5000)");
    TradeRow big = numbered(kNoon + 100, 2);
    big.size = 6000;
    CHECK(db.store({numbered(kNoon, 1), big, numbered(kNoon + 3, 3)}).refused.size() == 1);
    CHECK(db.store({big}).refused.size() == 1);
    CHECK(db.store({}, {watermark("live", "a", kNoon + 5), R"({"ev":"W","src":"live","from":1,"to":2})"})
              .refused.size() == 1);
    const auto news = db.news();
    REQUIRE(news.size() == 2);
    CHECK(news[0].trades == TimeRange{kNoon, kNoon + 3});
    CHECK(prints_of(db.reader, news[0]) == 2);
    CHECK(news[1].live_to_ms == kNoon + 5);
}

TEST_CASE("only the newest batches are kept") {
    Database db;
    sql(
        fmt::format("INSERT INTO stored_batches (stored_at, history) SELECT now(), true FROM "
                    "generate_series(1, {})",
                    kBatchesKept + 99));
    db.store({numbered(kNoon, 1)});
    CHECK(sql("SELECT min(id) FROM stored_batches") == "101");
    db.store({numbered(kNoon, 2)});
    CHECK(sql("SELECT min(id) || ' ' || count(*) FROM stored_batches") ==
          fmt::format("102 {}", kBatchesKept));
    // After a lower bound has come, a bounded number goes at a time.
    sql("SELECT setval(pg_get_serial_sequence('stored_batches', 'id'), 1000000)");
    db.store({numbered(kNoon, 3)});
    CHECK(sql("SELECT min(id) FROM stored_batches") == "202");
}

TEST_CASE("readers hear of a batch when it is committed, not before") {
    Database db;
    Connection listener(here());
    listener.listen(kBatchChannel);
    CHECK(listener.wait_notifications(0, -1).empty());
    Connection holder(here());
    holder.run("BEGIN; " + lock_sql(Lock::kBatchLog, LockMode::kExclusive));
    std::thread storing([&] { db.store({numbered(kNoon, 1)}); });
    CHECK(listener.wait_notifications(300, -1).empty());
    CHECK(db.news().empty());
    holder.run("COMMIT");
    const auto payloads = listener.wait_notifications(5000, -1);
    const auto news = db.news();
    storing.join();
    REQUIRE(news.size() == 1);
    REQUIRE(payloads.size() == 1);
    CHECK(payloads[0] == std::to_string(news[0].id));
    CHECK(prints_of(db.reader, news[0]) == 1);
}

TEST_CASE("sinks at once: ids come in commit order, and find every print once") {
    Database db;
    // Time between the drawing of an id and the commit, in which others would overtake.
    sql("CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(random() * "
        "0.004); RETURN NULL; END'; CREATE TRIGGER doze AFTER INSERT ON stored_batches FOR EACH ROW EXECUTE "
        "FUNCTION doze()");
    Connection listener(here());
    listener.listen(kBatchChannel);
    constexpr int kSinks = 4;
    constexpr int kBatches = 40;
    std::vector<std::thread> threads;
    for (int s = 0; s < kSinks; ++s)
        threads.emplace_back([s] {
            Sink sink(here(), 0);
            for (int b = 0; sink.open() && b < kBatches; ++b) {
                // At first all new, which are copied side by side; then with the neighbour's among them and
                // cancels, which makes the sinks wait for each other.
                const bool crowded = b >= kBatches / 2;
                std::vector<TradeRow> rows;
                for (int i = 0; i < (crowded ? 6 : 5); ++i) {
                    const int number = (s * kBatches + b) * 5 + i;
                    rows.push_back(numbered(kNoon + number % 97, number));
                }
                if (crowded && b % 5 == 0) rows.push_back(cancel_of(rows[0], 200));
                Database::store_by(sink, rows);
            }
        });
    std::vector<std::int64_t> told;
    std::vector<StoredBatch> seen;
    std::int64_t found = 0;
    const auto step = [&](int wait_ms) {
        const auto payloads = listener.wait_notifications(wait_ms, -1);
        for (const auto& payload : payloads) told.push_back(std::stoll(payload));
        for (const auto& batch : db.news()) {
            seen.push_back(batch);
            found += prints_of(db.reader, batch);
        }
        if (!told.empty()) CHECK((!seen.empty() && seen.back().id >= told.back()));
        return !payloads.empty();
    };
    // The end is a second without news.
    while (step(1000)) {
    }
    for (auto& thread : threads) thread.join();
    while (step(300)) {
    }
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.size() == seen.size());
    // Who always asked for what is behind the last one has missed none.
    const auto all = read_batches(db.reader, 0, 1000);
    REQUIRE(all.size() == seen.size());
    CHECK(all.size() > kSinks * kBatches / 2);
    CHECK(found == std::stoll(sql("SELECT count(*) FROM smart_money_trades")));
}
