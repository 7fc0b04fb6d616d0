#include "vendor/tape_generator.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "catch.hpp"
#include "market/conditions.hpp"
#include "market/smart_money.hpp"
#include "vendor/tape_roots.hpp"
#include "wire/record.hpp"
#include "wire/usual_trade.hpp"

using namespace pulse;

namespace {

std::string tape_of(std::uint64_t trades, std::uint64_t seed, std::string_view date,
                    std::vector<std::string> roots = {}) {
    std::string tape;
    generate_tape({trades, seed, *session_of(*parse_date(date)), std::move(roots)},
                  [&](std::string_view lines) {
                      tape += lines;
                      return true;
                  });
    return tape;
}

std::vector<TradeRecord> parsed(std::string_view tape) {
    std::vector<TradeRecord> trades;
    RecordParser parser;
    while (!tape.empty()) {
        const auto end = tape.find('\n');
        REQUIRE(end != tape.npos);
        if (parser.parse(tape.substr(0, end)) != RecordKind::kTrade) FAIL(parser.reason());
        trades.push_back(parser.trade());
        tape.remove_prefix(end + 1);
    }
    return trades;
}

constexpr std::string_view kDate = "2026-03-06";

const std::string& big_tape() {
    static const std::string tape = tape_of(200'000, 7, kDate);
    return tape;
}

const std::vector<TradeRecord>& big() {
    static const auto trades = parsed(big_tape());
    return trades;
}

double share(auto&& predicate) {
    return static_cast<double>(std::count_if(big().begin(), big().end(), predicate)) /
           static_cast<double>(big().size());
}

bool mag7(const TradeRecord& trade) {
    static const auto roots = Underlyings::parse(kMag7);
    return roots.contains(trade.symbol.root());
}

bool kept(const TradeRecord& trade) {
    const auto premium = premium_of(trade.price, trade.size);
    return mag7(trade) && trade.symbol.expiry - *parse_date(kDate) <= 30 && premium &&
           *premium >= Decimal{50'000, 0};
}

}  // namespace

TEST_CASE("the same plan gives the same bytes, another seed others", "[tape]") {
    const auto tape = tape_of(5'000, 3, kDate);
    CHECK(tape_of(5'000, 3, kDate) == tape);
    CHECK(tape_of(5'000, 4, kDate) != tape);
}

TEST_CASE("exactly as many lines as asked for", "[tape]") {
    for (const std::uint64_t trades : {0U, 1U, 2U, 257U, 1000U})
        CHECK(parsed(tape_of(trades, 1, kDate)).size() == trades);
    CHECK(big().size() == 200'000);
}

TEST_CASE("nearly every line has the vendor's usual shape, the rest lacks conditions", "[tape]") {
    std::string padded = big_tape() + std::string(kScanPadding, ' ');
    const char* at = padded.data();
    const char* limit = at + big_tape().size();
    std::size_t usual = 0;
    while (at < limit) {
        UsualTrade trade;
        const char* end = std::find(at, limit, '\n');
        if (read_usual_trade(at, limit, trade) && trade.end == end) ++usual;
        at = end + 1;
    }
    const auto without = share([](const auto& t) { return t.conditions.empty(); });
    CHECK(without > 0.0001);
    CHECK(without < 0.001);
    CHECK(usual >= big().size() - static_cast<std::size_t>(without * 200'000 + 0.5));
}

TEST_CASE("a quarter of the trades is MAG7, and the default filter keeps about one in a hundred of those",
          "[tape]") {
    const double mag7_share = share(mag7);
    CHECK(mag7_share == Approx(0.25).margin(0.01));
    const double kept_share = share(kept) / mag7_share;
    CHECK(kept_share > 0.003);
    CHECK(kept_share < 0.02);
}

TEST_CASE("about 500 roots, with the ones that trip parsers", "[tape]") {
    CHECK(all_tape_roots().size() > 480);
    CHECK(all_tape_roots().size() < 550);
    std::set<std::string> roots;
    for (const auto& trade : big()) roots.emplace(trade.symbol.root());
    CHECK(roots.size() > 450);
    for (const char* root : {"GOOG", "GOOGL", "COST", "CSCO", "SPXW", "AAPL1", "SDS1", "F", "T", "C"}) {
        INFO(root);
        CHECK(roots.contains(root));
    }
}

TEST_CASE("no contract has expired", "[tape]") {
    CHECK(share([](const auto& t) { return t.symbol.expiry < *parse_date(kDate); }) == 0);
    CHECK(share([](const auto& t) { return t.symbol.expiry == *parse_date(kDate); }) > 0.1);
}

TEST_CASE("prints are in the session and in order, but for the late ones", "[tape]") {
    const auto session = *session_of(*parse_date(kDate));
    std::int64_t latest = 0;
    std::size_t back = 0;
    for (const auto& trade : big()) {
        CHECK(trade.t_ms >= session.open_ms);
        CHECK(trade.t_ms <= session.close_ms + (is_cancel(trade.conditions) ? 60'000 : 100));
        if (trade.t_ms < latest) {
            ++back;
            CHECK((trade.conditions.empty() || is_late_condition(trade.conditions[0]) ||
                   trade.conditions[0] == 999));
        }
        latest = std::max(latest, trade.t_ms);
    }
    CHECK(back > 200);
    CHECK(back < 1000);
}

TEST_CASE("q increases and is unique for each contract, with gaps", "[tape]") {
    std::map<std::string, std::int64_t> last;
    std::size_t adjacent = 0;
    for (const auto& trade : big()) {
        REQUIRE(trade.sequence);
        const auto [at, first] = last.try_emplace(trade.sym, 0);
        CHECK(*trade.sequence > at->second);
        if (!first && *trade.sequence == at->second + 1) ++adjacent;
        at->second = *trade.sequence;
    }
    CHECK(adjacent < big().size() / 20);
}

TEST_CASE("every cancel repeats an earlier print, and some are large", "[tape]") {
    using Key = std::tuple<std::string, int, std::int64_t, int, std::int64_t>;
    std::map<Key, std::int64_t> open;  // prints not cancelled yet
    std::size_t cancels = 0;
    for (const auto& trade : big()) {
        const Key key{trade.sym, trade.exchange, trade.price.digits, trade.price.scale, trade.size};
        if (!is_cancel(trade.conditions)) {
            ++open[key];
            continue;
        }
        ++cancels;
        CHECK(--open[key] >= 0);
    }
    CHECK(cancels > 40);
    CHECK(cancels < 300);
    const auto large = parsed(tape_of(100'000, 1, kDate, Underlyings::parse(kMag7).roots()));
    CHECK(std::any_of(large.begin(), large.end(),
                      [](const auto& t) { return is_cancel(t.conditions) && kept(t); }));
}

TEST_CASE("identical prints that differ in q alone", "[tape]") {
    std::size_t identical = 0;
    for (std::size_t i = 1; i < big().size(); ++i) {
        const auto& a = big()[i - 1];
        const auto& b = big()[i];
        if (a.sym == b.sym && a.t_ms == b.t_ms && a.exchange == b.exchange && a.price == b.price &&
            a.size == b.size && a.conditions == b.conditions)
            ++identical;
    }
    CHECK(identical > 500);
    CHECK(identical < 3'000);
}

TEST_CASE("sweeps take one contract from several exchanges within tens of milliseconds", "[tape]") {
    std::map<std::string, std::vector<const TradeRecord*>> sweeps;
    for (const auto& trade : big())
        if (trade.conditions == std::vector<std::int16_t>{219}) sweeps[trade.sym].push_back(&trade);
    std::size_t found = 0;
    for (const auto& [symbol, legs] : sweeps)
        for (std::size_t i = 2; i < legs.size(); ++i) {
            const std::set<std::int16_t> exchanges{legs[i]->exchange, legs[i - 1]->exchange,
                                                   legs[i - 2]->exchange};
            if (legs[i]->t_ms - legs[i - 2]->t_ms <= 20 && exchanges.size() == 3) ++found;
        }
    CHECK(found > 1'000);
}

TEST_CASE("oddities a reader must bear", "[tape]") {
    const auto has = [](int id) {
        return [id](const TradeRecord& t) {
            return std::find(t.conditions.begin(), t.conditions.end(), id) != t.conditions.end();
        };
    };
    CHECK(share(has(999)) > 0);
    CHECK(share(has(999)) < 0.001);
    CHECK(share([](const auto& t) { return t.exchange == 399; }) > 0);
    CHECK(share([](const auto& t) { return t.conditions.size() == 2; }) > 0.001);
    CHECK(share([](const auto& t) { return t.price == Decimal{1, 2}; }) > 0.005);
    CHECK(share([](const auto& t) { return t.size == 1; }) > 0.3);
    CHECK(share([](const auto& t) { return t.size >= 1000; }) > 0.0001);
}

TEST_CASE("the open and the close are busier than noon", "[tape]") {
    const auto session = *session_of(*parse_date(kDate));
    const auto in = [&](int from, int to) {
        return share([&](const auto& t) {
            const auto minute = (t.t_ms - session.open_ms) / 60'000;
            return minute >= from && minute < to;
        });
    };
    CHECK(in(0, 30) > 1.8 * in(180, 210));
    CHECK(in(360, 390) > 1.3 * in(180, 210));
}

TEST_CASE("a half day ends at one", "[tape]") {
    const auto session = *session_of(*parse_date("2025-11-28"));
    for (const auto& trade : parsed(tape_of(2'000, 1, "2025-11-28"))) {
        if (!is_cancel(trade.conditions)) CHECK(trade.t_ms < session.open_ms + 3'600'000 * 7 / 2 + 100);
    }
}

TEST_CASE("roots can be restricted, also to unknown ones", "[tape]") {
    std::set<std::string> roots;
    for (const auto& trade : parsed(tape_of(3'000, 1, kDate, {"TSLA", "ZZZZ"})))
        roots.emplace(trade.symbol.root());
    CHECK(roots == std::set<std::string>{"TSLA", "ZZZZ"});
}

TEST_CASE("a sink that wants no more stops the work", "[tape]") {
    int calls = 0;
    generate_tape({1'000'000, 1, *session_of(*parse_date(kDate)), {}},
                  [&](std::string_view) { return ++calls < 2; });
    CHECK(calls == 2);
}
