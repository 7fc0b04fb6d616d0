#include <optional>
#include <vector>

#include "catch.hpp"
#include "market/order_joiner.hpp"

using namespace pulse;

namespace {

constexpr std::int64_t kOpen = 1'764'945'000'000;  // 2025-12-05 09:30 in New York
constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

struct Joiner {
    explicit Joiner(std::int64_t min_premium = 50'000)
        : joiner({100, Decimal{min_premium, 0}},
                 [this](const JoinedOrder& order) { told.push_back(order); }) {}

    /// A print of `size` contracts at $100 a share: $10,000 each.
    void print(std::int64_t t, std::int64_t size, std::optional<std::int64_t> q = std::nullopt,
               std::int16_t condition = 209) {
        const std::array<std::int16_t, 1> conditions{condition};
        joiner.add({"O:AAPL251219C00190000", kOpen + t, Decimal{100, 0}, size, 302, conditions, q});
    }
    void cancel(std::int64_t t, std::int64_t size, std::optional<std::int64_t> q = std::nullopt) {
        print(t, size, q, 201);
    }
    /// Another contract moves the clock.
    void clock(std::int64_t t) {
        joiner.add({"O:TSLA251219P00400000", kOpen + t, Decimal{1, 0}, 1, 302, {}, std::nullopt});
    }
    std::vector<JoinedOrder> told;
    OrderJoiner joiner;
};

}  // namespace

TEST_CASE("a print taken back before its order is told counts for nothing") {
    Joiner j;
    j.print(0, 5);
    j.print(10, 3);
    j.cancel(20, 3);
    j.joiner.finish();
    REQUIRE(j.told.size() == 1);
    CHECK(j.told[0].prints == 1);
    CHECK(j.told[0].cancelled == 1);
    CHECK(j.told[0].size == 5);
    CHECK(j.told[0].t_last == kOpen + 10);
    j.told.clear();
    j.print(0, 5);
    j.cancel(20, 5);
    j.joiner.finish();
    CHECK(j.told.empty());
}

TEST_CASE("an order that loses a print after it was told is told again") {
    Joiner j;
    j.print(0, 7);
    j.print(10, 3);
    j.clock(5000);
    REQUIRE(j.told.size() == 1);
    j.cancel(6000, 3);
    REQUIRE(j.told.size() == 2);
    CHECK(j.told[1].prints == 1);
    CHECK(j.told[1].cancelled == 1);
    CHECK(decimal_text(j.told[1].premium) == "70000");
    CHECK(j.told[1].t_first == kOpen);
    CHECK(j.told[1].t_last == kOpen + 10);
    j.cancel(7000, 7);
    REQUIRE(j.told.size() == 3);
    CHECK(j.told[2].prints == 0);
    CHECK(j.told[2].cancelled == 2);
    CHECK(j.told[2].t_first == kOpen);
    CHECK(decimal_text(j.told[2].premium) == "0");
}

TEST_CASE("an order of which too little is left is told as one without prints") {
    Joiner j;
    j.print(0, 4);
    j.print(10, 3);
    j.clock(5000);
    j.cancel(6000, 3);
    REQUIRE(j.told.size() == 2);
    CHECK(j.told[1].prints == 0);
    CHECK(j.told[1].cancelled == 2);
    CHECK(j.told[1].size == 0);
}

TEST_CASE("a cancel takes the newest print that is not later, once") {
    Joiner j;
    j.print(0, 9);
    j.print(5000, 9);
    j.clock(9000);
    REQUIRE(j.told.size() == 2);
    j.cancel(4999, 9);  // the second one is later
    REQUIRE(j.told.size() == 3);
    CHECK(j.told[2].t_first == kOpen);
    j.cancel(9000, 9);
    REQUIRE(j.told.size() == 4);
    CHECK(j.told[3].t_first == kOpen + 5000);
    j.cancel(9001, 9);  // nothing is left
    j.joiner.finish();
    CHECK(j.told.size() == 4);
}

TEST_CASE("a cancel doesn't pass over a print that belonged to no order told") {
    Joiner j;
    j.print(0, 3);
    j.print(0, 6);
    j.print(5000, 3);  // $30,000: not told
    j.clock(9000);
    REQUIRE(j.told.size() == 1);
    j.cancel(9000, 3);
    CHECK(j.told.size() == 1);
    j.cancel(9000, 3);
    REQUIRE(j.told.size() == 2);
    CHECK(j.told[1].size == 6);
}

TEST_CASE("cancels of nothing, of another size, or after an hour change nothing") {
    Joiner j;
    j.cancel(0, 5);
    j.print(10, 5);
    j.clock(5000);
    REQUIRE(j.told.size() == 1);
    j.cancel(6000, 4);
    j.clock(kHour + 11);
    j.clock(kHour + 11);
    j.cancel(kHour + 11, 5);
    CHECK(j.told.size() == 1);

    Joiner in_time;
    in_time.print(10, 5);
    in_time.clock(kHour + 10);
    in_time.clock(kHour + 10);
    in_time.cancel(kHour + 10, 5);
    CHECK(in_time.told.size() == 2);
}

TEST_CASE("a cancel that overtakes its print waits a second for it") {
    for (const bool in_time : {true, false}) {
        Joiner j;
        j.cancel(100, 5);
        j.clock(in_time ? 1100 : 1101);
        j.print(90, 5);
        j.print(95, 5);
        j.joiner.finish();
        REQUIRE(j.told.size() == 1);
        CHECK(j.told[0].cancelled == (in_time ? 1 : 0));
        CHECK(j.told[0].prints == (in_time ? 1 : 2));
    }
    Joiner j;
    j.cancel(100, 5);
    j.print(101, 5);  // later than the cancel: not the one it means
    j.joiner.finish();
    CHECK(j.told.size() == 1);
}

TEST_CASE("a print delivered twice counts once, open or closed, and so does a cancel") {
    Joiner j;
    j.print(0, 5, 10);
    j.print(0, 5, 11);  // identical but for its number: a second print
    j.print(0, 5, 10);
    j.clock(5000);
    REQUIRE(j.told.size() == 1);
    CHECK(j.told[0].prints == 2);
    j.print(0, 5, 10);
    j.print(0, 5, 11);
    j.clock(9000);
    CHECK(j.told.size() == 1);
    j.cancel(9000, 5, 20);
    j.cancel(9000, 5, 20);
    REQUIRE(j.told.size() == 2);
    CHECK(j.told[1].prints == 1);
    CHECK(j.told[1].cancelled == 1);
}

TEST_CASE("a whole tape delivered again from its start gives nothing new") {
    Joiner j(0);
    const auto deliver = [&] {
        for (int i = 0; i < 300; ++i) j.print(i * 60'000, 1 + i % 3, i + 1);
    };
    deliver();
    deliver();
    j.joiner.finish();
    CHECK(j.told.size() == 300);
}

TEST_CASE("a live watermark closes only what a long silence has left open") {
    Joiner j(0);
    j.print(0, 5);
    j.joiner.live_clock(kOpen + 100 + OrderJoiner::kQuietMs);
    CHECK(j.told.empty());
    j.joiner.live_clock(kOpen + 101 + OrderJoiner::kQuietMs);
    CHECK(j.told.size() == 1);
}

TEST_CASE("an order without pause holds all its prints and others nothing") {
    Joiner j(0);
    for (int i = 0; i < 100'000; ++i) {
        j.print(i * 50, 1, i + 1);
        if (i % 1000 == 0) CHECK(j.joiner.open_orders() == 1);
    }
    j.joiner.finish();
    REQUIRE(j.told.size() == 1);
    CHECK(j.told[0].prints == 100'000);
    CHECK(j.joiner.open_orders() == 0);
}

TEST_CASE("many contracts, expired ones among them, are kept apart") {
    std::size_t told = 0;
    OrderJoiner joiner({100, Decimal{}}, [&](const JoinedOrder& order) {
        ++told;
        CHECK(order.prints == 2);
    });
    for (int day = 0; day < 3; ++day) {
        for (int i = 0; i < 20'000; ++i) {
            const std::string strike = std::to_string(10'000'000 + day * 20'000 + i);
            const std::string sym = "O:AAPL251219C" + strike;
            for (int k = 0; k < 2; ++k)
                joiner.add({sym, kOpen + day * 2 * kDay + i, Decimal{1, 0}, 1, 302, {}, std::nullopt});
        }
    }
    joiner.finish();
    CHECK(told == 60'000);
}
