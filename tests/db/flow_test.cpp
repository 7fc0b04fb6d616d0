// Questions about stored trades against the server that PGHOST and PGDATABASE name (see flow.sh): whatever
// way an answer is found, it must be what a plain scan of the whole table would give.
#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "base/log.hpp"
#include "catch.hpp"
#include "db/database.hpp"
#include "flow/known.hpp"
#include "flow/parameters.hpp"
#include "flow/summary.hpp"
#include "flow/trades.hpp"
#include "store/migrate.hpp"

using namespace pulse;
using namespace pulse::flow;
using store::Connection;
using store::test::here;
using store::test::sql;
using store::test::wipe;

namespace {

[[maybe_unused]] const bool kQuiet = (log::configure("db_flow", log::Level::kWarn, log::Format::kText), true);

using Question = std::vector<std::pair<std::string, std::string>>;

void fresh() {
    wipe();
    Connection connection(here());
    store::migrate(connection);
}

/// Trades of 60 days around the clock, seven an instant, so that every column of the key decides; with
/// expiries before the trade, too. Repeatable.
void fill(int rows, int tickers, int seed) {
    sql(
        fmt::format("SELECT setseed(0.{2}); INSERT INTO smart_money_trades (trade_time, option_symbol, "
                    "ticker, expiry, side, strike, "
                    "price, size, premium, dte, exchange, conditions, occurrence, source, cancelled_at) "
                    "SELECT t, 'O:' || ticker || to_char(expiry, 'YYMMDD') || left(side, 1) || lpad((strike "
                    "* 1000)::int::text, 8, '0'), "
                    "ticker, expiry, side, strike, price, 1 + (n % 3), premium, expiry - (t AT TIME ZONE "
                    "'America/New_York')::date, "
                    "300 + (n % 2), CASE n % 4 WHEN 0 THEN '{{}}' WHEN 1 THEN '{{209}}' ELSE '{{209,233}}' "
                    "END::smallint[], 1 + n % 2, "
                    "'live', CASE WHEN u < 0.05 THEN t + interval '1 s' END "
                    "FROM (SELECT n, date_trunc('milliseconds', timestamptz '2025-10-01 00:00:00.123Z' + (n "
                    "/ 7) * (interval '60 days' "
                    "/ ({0} / 7))) AS t, "
                    "(ARRAY['AAPL','AAPL1','T','TSLA','ZVZZT'])[1 + n * 7 % 5] || CASE WHEN {1} > 5 THEN "
                    "chr(65 + n % 26) ELSE '' END "
                    "AS ticker, date '2025-09-29' + 4 * (random() * 20)::int AS expiry, CASE WHEN random() < "
                    "0.5 THEN 'CALL' ELSE 'PUT' END "
                    "AS side, (ARRAY[2.5, 190, 195, 250.125])[1 + (random() * 3)::int]::numeric AS strike, "
                    "round((random() * 20)::numeric, 1) AS price, round((20000 / (0.0003 + random() ^ "
                    "3))::numeric, 2) AS premium, "
                    "random() AS u FROM generate_series(1, {0}) n) g ON CONFLICT DO NOTHING",
                    rows, tickers, seed));
}

std::vector<StoredTrade> everything() {
    Connection connection(here());
    const auto result = connection.run(
        "SELECT " + std::string(kTradeColumns) +
        " FROM smart_money_trades t ORDER BY trade_time DESC, option_symbol DESC, exchange DESC, "
        "price DESC, size DESC, conditions DESC, occurrence DESC");
    std::vector<StoredTrade> all;
    for (int i = 0; i < result.front().rows(); ++i) all.push_back(read_row(result.front(), i));
    return all;
}

/// Names a row: the JSON of all fields but the mark of a cancel is its key and more.
std::string key(const StoredTrade& trade) {
    std::string text;
    append_json(text, trade, {});
    return text;
}

std::vector<std::string> keys(const std::vector<StoredTrade>& trades) {
    std::vector<std::string> all;
    for (const StoredTrade& trade : trades) all.push_back(key(trade));
    return all;
}

std::vector<StoredTrade> naive(const std::vector<StoredTrade>& all, const TradeFilter& filter) {
    std::vector<StoredTrade> matching;
    std::copy_if(all.begin(), all.end(), std::back_inserter(matching),
                 [&](const StoredTrade& trade) { return filter.matches(trade); });
    return matching;
}

/// All pages, one behind the other, each cursor through its text; `between` runs after each page.
std::vector<StoredTrade> all_pages(Connection& connection, const TradeFilter& filter, int limit,
                                   const std::function<void()>& between = {}) {
    std::vector<StoredTrade> trades;
    std::optional<Cursor> after;
    for (;;) {
        const TradePage page = read_trades(connection, filter, limit, after);
        REQUIRE(page.trades.size() <= static_cast<std::size_t>(limit));
        trades.insert(trades.end(), page.trades.begin(), page.trades.end());
        if (!page.more) return trades;
        REQUIRE(page.trades.size() == static_cast<std::size_t>(limit));
        after = Cursor::parse(Cursor::behind(page.trades.back()).text(filter), filter);
        if (between) between();
    }
}

const Question& choices() {
    static const Question all{{"ticker", "AAPL"},
                              {"ticker", "aapl1,TSLA"},
                              {"ticker", "NONE"},
                              {"ticker", "ZVZZTB,AAPLA"},
                              {"side", "CALL"},
                              {"side", "PUT"},
                              {"min_premium", "50000"},
                              {"min_premium", "1000000"},
                              {"min_premium", "1500000.5"},
                              {"min_premium", "9999999.99"},
                              {"min_premium", "5000000"},
                              {"min_premium", "10000000"},
                              {"min_premium", "60000000"},
                              {"min_premium", "99999999999"},
                              {"max_dte", "0"},
                              {"max_dte", "3"},
                              {"max_dte", "3650"},
                              {"expiry", "2025-10-07"},
                              {"expiry", "2025-12-06"},
                              {"expiry", "2040-01-01"},
                              {"strike", "190"},
                              {"strike", "250.125"},
                              {"strike", "9999"},
                              {"strike", "0.00001"},
                              {"since", "2025-10-20"},
                              {"since", "2025-11-29"},
                              {"until", "2025-10-03"},
                              {"until", "2025-11-15T12:00:00.123Z"},
                              {"until", "1999-01-01"},
                              {"cancelled", "include"}};
    return all;
}

TradeFilter random_filter(std::mt19937& random) {
    TradeFilter filter;
    for (auto n = random() % 5; n-- > 0;) {
        const auto& [name, value] = choices()[random() % choices().size()];
        filter.set(name, value);
    }
    return filter;
}

void compare_with_naive(std::mt19937& random, int questions) {
    const auto all = everything();
    REQUIRE(all.size() > 30'000);
    Connection connection(here());
    for (int i = 0; i < questions; ++i) {
        const TradeFilter filter = random_filter(random);
        const auto expected = keys(naive(all, filter));
        const int limit = static_cast<int>(1 + random() % 300 + expected.size() / 12);
        INFO(filter.canonical() << " since " << filter.since_ms.value_or(0) << " until "
                                << filter.until_ms.value_or(0) << " limit " << limit << " rows "
                                << expected.size());
        const auto read = keys(all_pages(connection, filter, limit));
        const auto [wrong, right] = std::mismatch(read.begin(), read.end(), expected.begin(), expected.end());
        INFO("read " << read.size() << ", at " << wrong - read.begin() << ": "
                     << (wrong == read.end() ? "end" : *wrong) << " instead of "
                     << (right == expected.end() ? "end" : *right));
        const bool same = read == expected;
        REQUIRE(same);
    }
}

}  // namespace

TEST_CASE("every way finds what a plain scan finds, page by page, with and without statistics") {
    fresh();
    fill(40'000, 5, 1);
    std::mt19937 random(20251205);
    compare_with_naive(random, 60);
    sql("ANALYZE smart_money_trades");
    compare_with_naive(random, 40);
}

TEST_CASE("with more tickers than can be looked up one by one the answers are the same") {
    fresh();
    fill(40'000, 130, 2);
    REQUIRE(sql("SELECT count(DISTINCT ticker) > 64 FROM smart_money_trades") == "t");
    std::mt19937 random(7);
    compare_with_naive(random, 25);
}

TEST_CASE("an empty table gives empty pages") {
    fresh();
    Connection connection(here());
    for (const auto& [name, value] : choices()) {
        TradeFilter filter;
        filter.set(name, value);
        const TradePage page = read_trades(connection, filter, 10, std::nullopt);
        CHECK(page.trades.empty());
        CHECK_FALSE(page.more);
    }
    CHECK_FALSE(newest_day(connection));
}

TEST_CASE("big premiums are read by their own index, with and without statistics") {
    fresh();
    fill(40'000, 5, 7);
    // The server counts a session's scans when it ends.
    const auto scans = [] {
        return std::stoi(
            sql("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = "
                "'smart_money_trades_big_by_time'"));
    };
    for (const bool statistics : {false, true}) {
        INFO("statistics " << statistics);
        if (statistics) sql("ANALYZE smart_money_trades");
        const int before = scans();
        std::string answered;
        for (const Question& question :
             {Question{{"min_premium", "1000000"}}, Question{{"min_premium", "2000000"}, {"side", "PUT"}},
              Question{{"min_premium", "3000000"}, {"since", "2025-11-29"}},
              Question{{"min_premium", "10000000"}, {"expiry", "2025-12-06"}, {"ticker", "AAPL"}},
              Question{{"min_premium", "99999999999"}}}) {
            TradeFilter filter;
            for (const auto& [name, value] : question) filter.set(name, value);
            Connection connection(here());
            const TradePage page = read_trades(connection, filter, 10, std::nullopt);
            // Its second page, too.
            if (page.more) read_trades(connection, filter, 10, Cursor::behind(page.trades.back()));
            answered += page.more ? "2" : "1";
        }
        REQUIRE(answered == "22221");
        for (int i = 0; i < 100 && scans() < before + 9; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        CHECK(scans() == before + 9);
    }
}

TEST_CASE("a full page says whether more follows") {
    fresh();
    fill(40'000, 5, 3);
    Connection connection(here());
    for (const Question& question :
         {Question{{"ticker", "AAPL"}, {"expiry", "2025-10-07"}}, Question{{"strike", "195"}}, Question{},
          Question{{"min_premium", "10000000"}}, Question{{"side", "PUT"}}}) {
        TradeFilter filter;
        for (const auto& [name, value] : question) filter.set(name, value);
        const auto count = static_cast<int>(naive(everything(), filter).size());
        INFO(filter.canonical() << " " << count);
        REQUIRE(count > 10);
        CHECK_FALSE(read_trades(connection, filter, count, std::nullopt).more);
        CHECK(read_trades(connection, filter, count - 1, std::nullopt).more);
    }
}

TEST_CASE("rows that arrive between the pages repeat and hide none") {
    fresh();
    fill(40'000, 5, 4);
    const auto before = everything();
    int seed = 10;
    for (const Question& question : {Question{}, Question{{"ticker", "TSLA"}, {"max_dte", "3"}},
                                     Question{{"strike", "190"}, {"side", "PUT"}}}) {
        TradeFilter filter;
        for (const auto& [name, value] : question) filter.set(name, value);
        const auto wanted = keys(naive(everything(), filter));
        Connection connection(here());
        const auto read = keys(all_pages(connection, filter, static_cast<int>(wanted.size() / 4),
                                         [&] { fill(3000, 5, ++seed); }));
        const std::set<std::string> distinct(read.begin(), read.end());
        CHECK(distinct.size() == read.size());
        std::vector<std::string> old;
        const std::set<std::string> known(wanted.begin(), wanted.end());
        std::copy_if(read.begin(), read.end(), std::back_inserter(old),
                     [&](const std::string& k) { return known.contains(k); });
        const bool same = old == wanted;
        CHECK(same);
    }
    CHECK(everything().size() > before.size());
}

TEST_CASE("a batch's trades are found by the microsecond") {
    fresh();
    fill(700, 5, 5);
    sql("UPDATE smart_money_trades SET stored_at = '2025-12-05 15:45:00.123456Z', cancelled_at = NULL;"
        "UPDATE smart_money_trades SET stored_at = '2025-12-05 15:45:00.123457Z' WHERE exchange = 300 AND "
        "ticker = 'T'");
    store::StoredBatch batch;
    batch.stored_us = 1'764'949'500'123'457;
    Connection connection(here());
    CHECK(read_batch(connection, batch, 1000).empty());
    auto expected = naive(everything(), {});
    std::erase_if(expected, [](const StoredTrade& t) { return t.exchange != 300 || t.ticker != "T"; });
    std::reverse(expected.begin(), expected.end());
    REQUIRE(expected.size() > 20);
    batch.trades = TimeRange{expected.front().t_ms, expected.back().t_ms};
    CHECK(keys(read_batch(connection, batch, 1000)) == keys(expected));
    CHECK(read_batch(connection, batch, 10).size() == 11);
    CHECK(read_batch(connection, batch, static_cast<int>(expected.size())).size() == expected.size());
    batch.stored_us += 1;
    CHECK(read_batch(connection, batch, 1000).empty());
}

TEST_CASE("the trades a batch of cancels took back") {
    fresh();
    fill(700, 5, 6);
    sql("UPDATE smart_money_trades SET cancelled_at = NULL;"
        "INSERT INTO smart_money_cancels (cancel_time, option_symbol, ticker, expiry, side, strike, price, "
        "size, premium, dte, "
        "exchange, conditions, occurrence, source, stored_at) SELECT trade_time + interval '5 s', "
        "option_symbol, ticker, expiry, "
        "side, strike, price, size, premium, dte, exchange, '{201}', 1, 'live', CASE WHEN ticker = 'T' THEN "
        "timestamptz "
        "'2025-12-05 15:45:00.123457Z' ELSE now() END FROM smart_money_trades WHERE occurrence = 1 ON "
        "CONFLICT DO NOTHING;"
        "UPDATE smart_money_trades SET cancelled_at = trade_time + interval '5 s' WHERE occurrence = 1");
    auto expected = everything();
    std::erase_if(expected, [](const StoredTrade& t) { return t.ticker != "T" || !t.cancelled_ms; });
    std::reverse(expected.begin(), expected.end());
    REQUIRE(expected.size() > 20);
    store::StoredBatch batch;
    batch.stored_us = 1'764'949'500'123'457;
    Connection connection(here());
    CHECK(read_cancelled(connection, batch, 1000).empty());
    batch.cancels = TimeRange{*expected.front().cancelled_ms, *expected.back().cancelled_ms};
    CHECK(keys(read_cancelled(connection, batch, 1000)) == keys(expected));
    CHECK(read_cancelled(connection, batch, 5).size() == 5);
}

TEST_CASE("the sums of a day, all sections, to the cent") {
    fresh();
    sql("INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, "
        "size, premium, dte, "
        "exchange, conditions, occurrence, source, cancelled_at) VALUES "
        "('2025-12-05 14:30:00Z', 'O:AAPL251219C00190000', 'AAPL', '2025-12-19', 'CALL', 190, 8.5, 100, "
        "85000.10, 14, 302, '{}', 1, 'live', NULL),"
        "('2025-12-05 14:34:59.999Z', 'O:AAPL251219C00190000', 'AAPL', '2025-12-19', 'CALL', 190, 8.5, 200, "
        "170000.20, 14, 302, '{}', 1, 'live', NULL),"
        "('2025-12-05 14:35:00Z', 'O:AAPL251219P00187500', 'AAPL', '2025-12-19', 'PUT', 187.5, 1, 1000, "
        "100000, 14, 302, '{}', 1, 'live', NULL),"
        "('2025-12-05 20:59:00Z', 'O:TSLA251212C00400000', 'TSLA', '2025-12-12', 'CALL', 400, 10, 1000, "
        "1000000, 7, 302, '{}', 1, 'live', NULL),"
        "('2025-12-05 20:59:01Z', 'O:TSLA251212C00400000', 'TSLA', '2025-12-12', 'CALL', 400, 10, 1000, "
        "1000000, 7, 302, '{}', 1, 'live', '2025-12-05 21:00:00Z'),"
        "('2025-12-04 20:59:00Z', 'O:TSLA251212C00400000', 'TSLA', '2025-12-12', 'CALL', 400, 10, 1000, "
        "1000000, 8, 302, '{}', 1, 'live', NULL)");
    Connection connection(here());
    const auto day = newest_day(connection);
    REQUIRE(day);
    CHECK(*day == TimeRange{1'764'910'800'000, 1'764'997'199'999});
    SummaryQuestion question;
    question.filter.since_ms = day->from_ms;
    question.filter.until_ms = day->to_ms;
    CHECK(
        summary_json(connection, question) ==
        R"("total":{"trades":4,"contracts":2300,"premium":1355000.3},)"
        R"("by_ticker":[{"ticker":"TSLA","trades":1,"contracts":1000,"premium":1000000,"call_premium":1000000,"put_premium":0},)"
        R"({"ticker":"AAPL","trades":3,"contracts":1300,"premium":355000.3,"call_premium":255000.3,"put_premium":100000}],)"
        R"("by_side":[{"side":"CALL","trades":3,"contracts":1300,"premium":1255000.3},)"
        R"({"side":"PUT","trades":1,"contracts":1000,"premium":100000}],)"
        R"("by_expiry":[{"expiry":"2025-12-12","trades":1,"contracts":1000,"premium":1000000,"call_premium":1000000,"put_premium":0},)"
        R"({"expiry":"2025-12-19","trades":3,"contracts":1300,"premium":355000.3,"call_premium":255000.3,"put_premium":100000}],)"
        R"("by_strike":[{"ticker":"TSLA","strike":400,"trades":1,"contracts":1000,"premium":1000000,"call_premium":1000000,"put_premium":0},)"
        R"({"ticker":"AAPL","strike":190,"trades":2,"contracts":300,"premium":255000.3,"call_premium":255000.3,"put_premium":0},)"
        R"({"ticker":"AAPL","strike":187.5,"trades":1,"contracts":1000,"premium":100000,"call_premium":0,"put_premium":100000}],)"
        R"("by_time":[{"from":"2025-12-05T14:30:00.000Z","ticker":"AAPL","side":"CALL","trades":2,"premium":255000.3},)"
        R"({"from":"2025-12-05T14:35:00.000Z","ticker":"AAPL","side":"PUT","trades":1,"premium":100000},)"
        R"({"from":"2025-12-05T20:55:00.000Z","ticker":"TSLA","side":"CALL","trades":1,"premium":1000000}],)"
        R"("put_call":{"premium":0.0797,"contracts":0.7692,"trades":0.3333})");
    question.filter.tickers = {"AAPL"};
    question.sections = SummarySections::parse("cells");
    CHECK(
        summary_json(connection, question) ==
        R"("cells":[{"expiry":"2025-12-19","strike":187.5,"side":"PUT","trades":1,"contracts":1000,"premium":100000},)"
        R"({"expiry":"2025-12-19","strike":190,"side":"CALL","trades":2,"contracts":300,"premium":255000.3}])");
    question.sections = SummarySections::parse("by_strike,total");
    question.strikes = 1;
    CHECK(
        summary_json(connection, question) ==
        R"("total":{"trades":3,"contracts":1300,"premium":355000.3},)"
        R"("by_strike":[{"ticker":"AAPL","strike":190,"trades":2,"contracts":300,"premium":255000.3,"call_premium":255000.3,"put_premium":0}])");
    question.filter.tickers = {"NONE"};
    question.sections = {};
    CHECK(
        summary_json(connection, question) ==
        R"("total":{"trades":0,"contracts":0,"premium":0},"by_ticker":[],"by_side":[],"by_expiry":[],"by_strike":[],)"
        R"("by_time":[],"cells":[],"put_call":{"premium":null,"contracts":null,"trades":null})");
    CHECK_THROWS_AS(SummarySections::parse("totals"), ParameterError);
}

TEST_CASE("the state of the feed, from no tables to a batch of the stream, by a role that may only read") {
    wipe();
    const auto state = [] {
        Connection connection(here());
        return read_feed_state(connection);
    };
    CHECK(state().schema_version == 0);
    CHECK(state().now_ms > 1'700'000'000'000);
    CHECK_FALSE(state().live_to_ms);
    fresh();
    sql("DROP ROLE IF EXISTS pulse_reader; CREATE ROLE pulse_reader LOGIN; GRANT SELECT ON ALL TABLES IN "
        "SCHEMA public TO pulse_reader; "
        "GRANT USAGE ON SCHEMA public TO pulse_reader");
    CHECK(state().schema_version == store::latest_schema_version());
    CHECK_FALSE(state().simulated);
    sql("INSERT INTO coverage VALUES ('rest', '', 'AAPL', '2025-12-05 14:30Z', '2025-12-05 21:00Z'), "
        "('live', 'a', 'AAPL', '2025-12-05 14:30Z', '2025-12-05 15:00Z')");
    CHECK(state().live_to_ms == 1'764'946'800'000);
    CHECK_FALSE(state().delay_ms);
    sql("INSERT INTO stored_batches (stored_at, live_to, history) VALUES ('2025-12-05 15:16:00Z', "
        "'2025-12-05 15:01:00Z', false), "
        "('2025-12-05 15:17:00Z', NULL, true); CREATE TABLE pulse_simulated ()");
    setenv("PGUSER", "pulse_reader", 1);
    const FeedState read = state();
    Connection reader(here());
    CHECK(read_trades(reader, {}, 10, std::nullopt).trades.empty());
    TradeFilter puts;
    puts.set("strike", "190");
    CHECK(read_trades(reader, puts, 10, std::nullopt).trades.empty());
    setenv("PGUSER", "pulse", 1);
    CHECK(read.live_to_ms == 1'764'946'860'000);
    CHECK(read.stored_ms == 1'764'947'760'000);
    CHECK(read.delay_ms == 900'000);
    CHECK(read.last_batch == 2);
    CHECK(read.simulated);
    sql("DROP OWNED BY pulse_reader; DROP ROLE pulse_reader");
}
