#include "market/order_joiner.hpp"

#include <map>
#include <random>
#include <tuple>

#include "catch.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kOpen = 1'764'945'000'000;  // 2025-12-05 09:30 in New York
constexpr const char* kCall = "O:AAPL251219C00190000";
constexpr const char* kPut = "O:TSLA251219P00400000";

/// A print that tests change where they need to.
struct Print {
    std::int64_t t = 0;  ///< ms after the open
    const char* price = "1";
    std::int64_t size = 1;
    std::int16_t exchange = 302;
    std::vector<std::int16_t> conditions = {209};
    std::optional<std::int64_t> q = std::nullopt;
    const char* sym = kCall;
    bool history = false;
    bool flat = false;
};

class Joiner {
  public:
    explicit Joiner(std::int64_t min_premium = 0, std::int64_t window_ms = 100)
        : joiner_({window_ms, Decimal{min_premium, 0}},
                  [this](const JoinedOrder& order) { told.push_back(order); }) {}

    Joiner& add(const Print& p) {
        joiner_.add({p.sym, kOpen + p.t, *parse_decimal(p.price), p.size, p.exchange, p.conditions, p.q,
                     p.history, p.flat});
        return *this;
    }
    OrderJoiner& operator*() { return joiner_; }
    /// Closes everything: the number of prints of each order told since the last call.
    std::vector<std::int64_t> finish() {
        joiner_.finish();
        return counts();
    }
    std::vector<std::int64_t> counts() {
        std::vector<std::int64_t> n;
        for (const auto& order : told) n.push_back(order.prints);
        told.clear();
        return n;
    }
    std::vector<JoinedOrder> told;

  private:
    OrderJoiner joiner_;
};

using Counts = std::vector<std::int64_t>;

std::string money(const Decimal& value) {
    return decimal_text(value);
}

/// Everything an order says, to compare two ways to the same one.
std::string text_of(const JoinedOrder& o) {
    std::string text = o.sym + " " + std::to_string(o.t_first) + " " + std::to_string(o.t_last) + " " +
                       std::to_string(o.prints) + " " + std::to_string(o.size) + " " + money(o.premium) +
                       " " + money(o.vwap) + " " + money(o.price_min) + " " + money(o.price_max) + " " +
                       std::string(name_of(o.trend)) + " " + money(o.left_out) + " " + money(o.auction) +
                       " " + std::to_string(o.cancelled);
    for (const auto x : o.exchanges) text += " x" + std::to_string(x);
    for (const auto c : o.conditions) text += " c" + std::to_string(c);
    return text;
}

}  // namespace

TEST_CASE("61 prints of $3.7K on seven exchanges within 40 ms are one order of $228K") {
    Joiner joiner(50'000);
    std::int64_t size = 0;
    for (int i = 0; i < 61; ++i) {
        const std::int64_t part = 20;
        size += part;
        joiner.add({.t = i * 40 / 60,
                    .price = "1.87",
                    .size = part,
                    .exchange = static_cast<std::int16_t>(300 + i % 7),
                    .conditions = {219},
                    .q = i + 1});
    }
    (*joiner).finish();
    REQUIRE(joiner.told.size() == 1);
    const JoinedOrder& order = joiner.told[0];
    CHECK(order.prints == 61);
    CHECK(order.size == size);
    CHECK(order.t_first == kOpen);
    CHECK(order.t_last == kOpen + 40);
    CHECK(money(order.premium) == "228140");
    CHECK(order.exchanges == std::vector<std::int16_t>{300, 301, 302, 303, 304, 305, 306});
    CHECK(order.iso);
    CHECK(order.dte == 14);

    Joiner singles(50'000, 0);  // no window: single prints of different instants
    for (int i = 0; i < 61; ++i) singles.add({.t = i * 40, .price = "1.87", .size = 20});
    CHECK(singles.finish().empty());
}

TEST_CASE("a gap of exactly the window joins, a millisecond more doesn't") {
    for (const std::int64_t window : {0, 1, 100, 3'600'000}) {
        Joiner joiner(0, window);
        joiner.add({.t = 0}).add({.t = window});
        CHECK(joiner.finish() == Counts{2});
        joiner.add({.t = 0}).add({.t = window + 1});
        CHECK(joiner.finish() == Counts{1, 1});
    }
}

TEST_CASE("prints out of order join on either side, and one between two open orders makes them one") {
    Joiner joiner;
    joiner.add({.t = 200, .price = "2"}).add({.t = 100, .price = "1"});
    CHECK(joiner.finish() == Counts{2});
    joiner.add({.t = 0, .price = "1"}).add({.t = 200, .price = "3"});
    CHECK((*joiner).open_orders() == 2);
    joiner.add({.t = 100, .price = "2"});
    CHECK((*joiner).open_orders() == 1);
    (*joiner).finish();
    REQUIRE(joiner.told.size() == 1);
    CHECK(joiner.told[0].prints == 3);
    CHECK(joiner.told[0].trend == PriceTrend::kUp);
    CHECK(joiner.told[0].t_first == kOpen);
    CHECK(joiner.told[0].t_last == kOpen + 200);
    joiner.told.clear();
    // Three open orders; the print joins the last two only.
    joiner.add({.t = 0}).add({.t = 300}).add({.t = 500}).add({.t = 400});
    CHECK(joiner.finish() == Counts{1, 3});
}

TEST_CASE("a live order is told when the tape's clock has passed it by the window and a second") {
    Joiner joiner;
    joiner.add({.t = 0}).add({.t = 1100, .sym = kPut});
    CHECK(joiner.told.empty());
    joiner.add({.t = 50});  // late, and in time
    joiner.add({.t = 1150, .sym = kPut});
    CHECK(joiner.told.empty());
    joiner.add({.t = 1151, .sym = kPut});
    CHECK(joiner.counts() == Counts{2});
    joiner.add({.t = 40});  // too late: an order of its own
    CHECK(joiner.told.empty());
    joiner.add({.t = 1151, .sym = kPut});
    CHECK(joiner.counts() == Counts{1});
}

TEST_CASE("orders closed by one print come by last print, first print and symbol") {
    Joiner joiner;
    joiner.add({.t = 10, .sym = kPut})
        .add({.t = 10})
        .add({.t = 5, .price = "7", .sym = "O:MSFT251219C00500000"});
    joiner.add({.t = 5000});
    REQUIRE(joiner.told.size() == 3);
    CHECK(joiner.told[0].sym == "O:MSFT251219C00500000");
    CHECK(joiner.told[1].sym == kCall);
    CHECK(joiner.told[2].sym == kPut);
}

TEST_CASE("history is closed by its contract, a watermark or a flat file's next contract, not by the clock") {
    Joiner joiner;
    joiner.add({.t = 0, .history = true}).add({.t = 9'000'000, .sym = kPut, .history = true});
    joiner.add({.t = 0, .sym = "O:MSFT251219C00500000"})
        .add({.t = 9'000'000, .sym = "O:MSFT251219C00500000"})
        .add({.t = 9'000'000, .sym = "O:MSFT251219C00500000"});
    CHECK(joiner.counts() == Counts{1});  // the live one
    joiner.add({.t = 1100, .history = true});
    CHECK(joiner.told.empty());
    joiner.add({.t = 1101, .history = true});
    CHECK(joiner.counts() == Counts{1});
    (*joiner).complete({"TSLA"}, kOpen + 9'000'100);
    CHECK(joiner.told.empty());
    (*joiner).complete({"TSLA"}, kOpen + 9'000'101);
    CHECK(joiner.counts() == Counts{1});
    (*joiner).complete({"*"}, kOpen + 10'000'000);
    CHECK(joiner.counts() == Counts{2});

    Joiner flat;
    flat.add({.t = 5, .history = true, .flat = true}).add({.t = 6, .history = true, .flat = true});
    flat.add({.t = 0, .sym = kPut, .history = true, .flat = true});
    CHECK(flat.counts() == Counts{2});
    CHECK((*flat).open_orders() == 1);
}

TEST_CASE("a contract's history that begins anew gives the same orders again") {
    Joiner joiner;
    for (int pass = 0; pass < 2; ++pass)
        for (const std::int64_t t : {0, 50, 5000, 5100}) joiner.add({.t = t, .history = true});
    CHECK(joiner.finish() == Counts{2, 2, 2, 2});
}

TEST_CASE("pages of contracts interleaved and a tape in time order give the same orders") {
    std::mt19937 engine(5);
    const auto random = [&](int below) { return static_cast<int>(engine() % static_cast<unsigned>(below)); };
    const auto index = [&](int below) { return static_cast<std::size_t>(random(below)); };
    std::vector<Print> tape;
    const std::array<const char*, 3> symbols{kCall, kPut, "O:MSFT251219C00500000"};
    const std::array<const char*, 4> prices{"1.05", "1.1", "0.95", "2"};
    std::int64_t t = 0;
    for (int i = 0; i < 2000; ++i) {
        t += random(120);
        tape.push_back({.t = t,
                        .price = prices[index(4)],
                        .size = 1 + random(50),
                        .exchange = static_cast<std::int16_t>(300 + random(5)),
                        .conditions = {static_cast<std::int16_t>(random(25) == 0 ? 201 : 209 + random(40))},
                        .sym = symbols[index(3)]});
    }
    const auto orders_of = [](const std::vector<Print>& prints) {
        Joiner joiner(1000);
        for (const Print& print : prints) joiner.add(print);
        (*joiner).finish();
        std::map<std::pair<std::string, std::int64_t>, std::string> last;
        for (const auto& order : joiner.told) last[{order.sym, order.t_first}] = text_of(order);
        return last;
    };
    auto history = tape;
    for (Print& print : history) print.history = true;
    std::stable_sort(history.begin(), history.end(),
                     [](const Print& a, const Print& b) { return std::string_view(a.sym) < b.sym; });
    const auto live = orders_of(tape);
    CHECK(live.size() > 100);
    CHECK(orders_of(history) == live);
    auto shuffled = tape;  // contracts less than a second apart
    std::stable_sort(shuffled.begin(), shuffled.end(), [](const Print& a, const Print& b) {
        return std::tuple(a.t / 900, std::string_view(a.sym)) <
               std::tuple(b.t / 900, std::string_view(b.sym));
    });
    CHECK(orders_of(shuffled) == live);
}

TEST_CASE("money is exact, and the mean price is rounded half up to six decimals") {
    Joiner joiner;
    joiner.add({.price = "0.1", .size = 3}).add({.price = "0.2", .size = 3}).add({.price = "0.3", .size = 1});
    (*joiner).finish();
    REQUIRE(joiner.told.size() == 1);
    CHECK(money(joiner.told[0].premium) == "120");
    CHECK(money(joiner.told[0].vwap) == "0.171429");
    joiner.told.clear();
    joiner.add({.price = "0.000001", .size = 1}).add({.price = "0", .size = 1});
    (*joiner).finish();
    CHECK(money(joiner.told.at(0).vwap) == "0.000001");  // 0.0000005 is half
    CHECK(money(joiner.told.at(0).premium) == "0.0001");
    CHECK(money(joiner.told.at(0).price_min) == "0");

    Joiner threshold(50'000);
    threshold.add({.price = "249.99", .size = 2}).add({.t = 1, .price = "0.02", .size = 1});
    CHECK(threshold.finish() == Counts{2});
    threshold.add({.price = "249.99", .size = 2}).add({.t = 1, .price = "0.0199", .size = 1});
    CHECK(threshold.finish().empty());
}

TEST_CASE("prints of no size or no price count, and those nobody could price belong to no order") {
    Joiner joiner;
    joiner.add({.price = "5", .size = 0});
    (*joiner).finish();
    REQUIRE(joiner.told.size() == 1);
    CHECK(joiner.told[0].size == 0);
    CHECK(money(joiner.told[0].vwap) == "0");
    CHECK(money(joiner.told[0].price_max) == "5");
    joiner.told.clear();
    joiner.add({.price = "0.0000001"}).add({.price = "1000000000000"}).add({.size = 2'147'483'648});
    CHECK((*joiner).open_orders() == 0);
    joiner.add({.price = "999999999999.999999", .size = 2'147'483'647});
    CHECK(joiner.finish().empty());  // more than 18 digits
}

TEST_CASE("the trend is that of the prices in time order") {
    const auto trend = [](std::vector<const char*> prices) {
        Joiner joiner;
        for (std::int64_t t = 0; const char* price : prices) joiner.add({.t = t++, .price = price});
        (*joiner).finish();
        return joiner.told.at(0).trend;
    };
    CHECK(trend({"1"}) == PriceTrend::kFlat);
    CHECK(trend({"1", "1.00", "1"}) == PriceTrend::kFlat);
    CHECK(trend({"1", "1", "1.01"}) == PriceTrend::kUp);
    CHECK(trend({"1", "0.99", "0.99"}) == PriceTrend::kDown);
    CHECK(trend({"1", "1.01", "1"}) == PriceTrend::kMixed);

    // Ties of one millisecond go by sequence, and without one as they came.
    for (const bool numbered : {true, false}) {
        Joiner joiner;
        const auto q = [&](std::int64_t n) { return numbered ? std::optional(n) : std::nullopt; };
        joiner.add({.t = 1, .price = "3", .q = q(3)}).add({.t = 1, .price = "1", .q = q(1)});
        joiner.add({.t = 1, .price = "2", .q = q(2)}).add({.t = 1, .price = "2", .q = q(2)});
        (*joiner).finish();
        CHECK(joiner.told.at(0).trend == (numbered ? PriceTrend::kUp : PriceTrend::kMixed));
    }
}

TEST_CASE("what concentration leaves out and auctions are told apart") {
    Joiner joiner;
    joiner.add({.price = "1", .conditions = {209}})
        .add({.price = "2", .conditions = {232}})
        .add({.price = "4", .conditions = {227}})
        .add({.price = "8", .conditions = {233}})
        .add({.price = "16", .conditions = {202, 228}});
    (*joiner).finish();
    REQUIRE(joiner.told.size() == 1);
    CHECK(money(joiner.told[0].premium) == "3100");
    CHECK(money(joiner.told[0].left_out) == "2600");
    CHECK(money(joiner.told[0].auction) == "400");
    CHECK(joiner.told[0].multileg);
    CHECK(joiner.told[0].iso);
    CHECK(joiner.told[0].conditions == std::vector<std::int16_t>{202, 209, 227, 228, 232, 233});
}

TEST_CASE("days to expiry are those of the first print's date in New York") {
    constexpr std::int64_t kMidnight = 14 * 3'600'000 + 1'800'000;  // after the open
    Joiner joiner;
    joiner.add({.t = kMidnight - 50}).add({.t = kMidnight + 40}).add({.t = kMidnight + 5000});
    (*joiner).finish();
    REQUIRE(joiner.told.size() == 2);
    CHECK(joiner.told[0].prints == 2);
    CHECK(joiner.told[0].dte == 14);
    CHECK(joiner.told[1].dte == 13);
    joiner.told.clear();
    joiner.add({.sym = "O:AAPL251204C00190000"});
    (*joiner).finish();
    CHECK(joiner.told.at(0).dte == -1);
}
