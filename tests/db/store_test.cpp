// The store library against the server that PGHOST and PGDATABASE name (see store.sh): what is stored, in
// every order of arrival.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/log.hpp"
#include "catch.hpp"
#include "db/prints.hpp"
#include "market/cancels.hpp"
#include "store/copy_binary.hpp"

using namespace pulse;
using namespace pulse::store;
using namespace pulse::store::test;

namespace {

[[maybe_unused]] const bool kQuiet =
    (log::configure("db_store", log::Level::kWarn, log::Format::kText), true);

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
