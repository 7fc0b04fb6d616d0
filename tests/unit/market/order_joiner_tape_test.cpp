#include <algorithm>
#include <optional>
#include <vector>

#include "catch.hpp"
#include "market/order_joiner.hpp"

// What tapes do: they bring prints late, twice, with a wrong time, or once more from an earlier place.

using namespace pulse;

namespace {

constexpr std::int64_t kOpen = 1'764'945'000'000;  // 2025-12-05 09:30 in New York
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::string_view kCall = "O:AAPL251219C00190000";
constexpr std::string_view kOther = "O:AAPL251219C00195000";
constexpr std::array<std::int16_t, 1> kPlain{209}, kCancel{201};

struct Joiner {
    explicit Joiner(std::int64_t min_premium = 0)
        : joiner({100, Decimal{min_premium, 0}},
                 [this](const JoinedOrder& order) { told.push_back(order); }) {}

    /// A print of `size` contracts at $100 a share: $10,000 each.
    void live(std::int64_t t, std::optional<std::int64_t> q = {}, std::int64_t size = 1,
              std::string_view sym = kCall) {
        joiner.add({sym, kOpen + t, Decimal{100, 0}, size, 302, kPlain, q});
    }
    /// Another contract moves the clock.
    void clock(std::int64_t t) { live(t, {}, 1, "O:TSLA251219P00400000"); }
    void rest(std::int64_t t, std::int64_t size = 1, std::string_view sym = kCall) {
        joiner.add({sym, kOpen + t, Decimal{100, 0}, size, 302, kPlain, {}, true});
    }
    void flat(std::int64_t t, std::string_view sym) {
        joiner.add({sym, kOpen + t, Decimal{100, 0}, 1, 302, kPlain, {}, true, true});
    }
    void flat_cancel(std::int64_t t, std::string_view sym) {
        joiner.add({sym, kOpen + t, Decimal{100, 0}, 1, 302, kCancel, {}, true, true});
    }
    /// Prints of each order of the call, in the order they were told.
    std::vector<std::int64_t> of_call() const {
        std::vector<std::int64_t> counts;
        for (const auto& order : told)
            if (order.sym == kCall) counts.push_back(order.prints);
        return counts;
    }
    std::vector<std::int64_t> finish() {
        joiner.finish();
        return of_call();
    }
    std::vector<JoinedOrder> told;
    OrderJoiner joiner;
};

using Counts = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a late print with a lower sequence than a closed order's is an order of its own") {
    Joiner j;
    j.live(2000, 6);
    j.clock(10'000);
    CHECK(j.of_call() == Counts{1});
    j.live(0, 5, 7);
    j.live(0, 5, 7);  // that one was here before
    j.clock(20'000);
    CHECK(j.of_call() == Counts{1, 1});
    CHECK(j.told.at(1).size == 7);
}

TEST_CASE("no print of a tape with five seconds of disorder is lost") {
    Joiner j;
    std::int64_t prints = 0;
    for (std::int64_t i = 0; i < 20'000; ++i) {
        const std::int64_t late = i % 3 == 0 ? (i * 7919) % 5000 : 0;
        j.live(10'000 + i * 20 - late, i + 1);
        if (i % 2 == 0) j.live(10'000 + i * 20 - late, i + 1);
    }
    for (const auto count : j.finish()) prints += count;
    CHECK(prints == 20'000);
}

TEST_CASE("a repetition is known for an hour of its contract, and what is older is one") {
    Joiner j;
    j.live(0, 1);
    j.live(1, 2);
    for (int i = 1; i <= 60; ++i) j.clock(i * kMinute);
    j.live(kHour, 3);
    j.live(0, 1);
    j.live(0, 9);
    CHECK(j.told.size() == 60);
    j.live(kHour + 1, 4);
    j.clock(kHour + 1);
    j.live(0, 10);  // more than an hour before the contract's newest
    j.live(1, 2);
    CHECK(j.finish() == Counts{2, 1, 2});
}

TEST_CASE("sequences begin anew each day") {
    Joiner j;
    j.live(0, 1000);
    j.live(kDay, 10);
    j.live(kDay + 5000, 20);
    j.live(kDay + 3000, 30);  // late, and not delivered before
    j.live(kDay + 3000, 30);
    CHECK(j.finish() == Counts{1, 1, 1, 1});
}

TEST_CASE("a single print ahead of the clock doesn't stop others from joining") {
    for (const auto sym : {kCall, kOther}) {
        for (const std::int64_t early : {kMinute + 1, kHour, 400 * kDay}) {
            Joiner j;
            j.clock(0);
            j.live(early, 5, 3, sym);
            j.live(early, 5, 3, sym);  // the same line: it confirms nothing
            std::int64_t q = 10;
            for (std::int64_t t = 1; t <= 3; ++t) {
                j.live(t * 5000, q++);
                j.live(t * 5000 + 90, q++);
                j.live(t * 5000 + 180, q++);
            }
            j.clock(20'000);
            CHECK(j.of_call() == Counts{3, 3, 3});
            j.joiner.finish();
            CHECK(j.told.back().size == 3);
            CHECK(j.told.back().prints == 1);
        }
    }
    Joiner j;  // no leap: the clock follows at once
    j.live(0);
    j.clock(kMinute);
    CHECK(j.of_call() == Counts{1});
}

TEST_CASE("two early prints are believed only when they follow each other") {
    Joiner j;
    j.clock(0);
    j.clock(kHour);
    j.live(100, 1);
    j.clock(kHour + 1);
    j.live(200, 2);
    CHECK(j.told.empty());
    CHECK(j.finish() == Counts{2});

    Joiner earlier;  // of two that agree on the leap alone, the earlier one
    earlier.live(0);
    earlier.clock(kHour);
    earlier.live(2 * kMinute, 1);
    earlier.live(2 * kMinute + 90, 2);
    CHECK(earlier.of_call() == Counts{1});
    CHECK(earlier.finish() == Counts{1, 2});
}

TEST_CASE("after a pause the second print moves the clock") {
    for (const std::int64_t pause : {2 * kMinute, kHour, kDay}) {
        Joiner j;
        j.live(0, 1);
        j.live(50, 2);
        j.live(pause, 3);
        CHECK(j.told.empty());
        j.live(pause + 20, 4);
        CHECK(j.of_call() == Counts{2});
        j.live(pause, 3);  // a repetition of the one that wasn't believed at first
        CHECK(j.finish() == Counts{2, 2});
    }
}

TEST_CASE("a tape may begin with a time from the future") {
    for (const std::int64_t early : {2 * kMinute, kHour, 400 * kDay}) {
        Joiner j;
        j.clock(early);
        j.live(0);
        j.live(50);
        j.clock(5000);
        j.live(5000);
        j.live(5090);
        j.clock(10'000);
        CHECK(j.of_call() == Counts{2, 2});
    }
}

TEST_CASE("an order goes on over a marker that is about another contract") {
    Joiner j(30'000);
    j.rest(0);
    j.rest(50);
    j.rest(0, 5, kOther);
    j.joiner.start_over();
    j.rest(0, 5, kOther);  // comes again
    j.rest(100);
    j.joiner.complete({"*"}, kOpen + kHour);
    REQUIRE(j.told.size() == 2);
    CHECK(j.of_call() == Counts{3});
    CHECK(j.told[0].sym == kOther);
    CHECK(j.told[0].prints == 1);
}

TEST_CASE("a contract that comes again after a marker drops what comes again, and nothing before") {
    Joiner j;
    for (const int pass : {1, 2}) {
        if (pass == 1) j.rest(-kHour);  // of a session that was finished
        j.rest(0);
        j.rest(50);
        j.rest(10'000);
        j.rest(10'050);
        if (pass == 1) {
            CHECK(j.of_call() == Counts{1, 2});
            j.joiner.start_over();
        }
    }
    // The first one of the unfinished session was told, and is told again; the open one isn't.
    CHECK(j.finish() == Counts{1, 2, 2, 2});
    CHECK(j.told[1].t_first == j.told[2].t_first);
}

TEST_CASE("only the first print after a marker tells whether its contract comes again") {
    Joiner j;
    j.rest(0);
    j.joiner.start_over();
    j.rest(50);
    j.rest(50);
    j.rest(20);
    CHECK(j.finish() == Counts{4});
}

TEST_CASE("a marker leaves live orders alone") {
    Joiner j;
    j.live(0, 1);
    j.joiner.start_over();
    j.live(0, 2);
    j.live(0, 1);
    CHECK(j.finish() == Counts{2});
}

TEST_CASE("a flat file that comes again gives its orders once more, not a part of them") {
    Joiner j;
    j.flat(0, kCall);
    j.flat(50, kCall);
    j.flat(0, kOther);
    j.flat(20, kOther);  // here it breaks off
    j.joiner.start_over();
    j.flat(0, kCall);
    j.flat(50, kCall);
    j.flat(0, kOther);
    j.flat(20, kOther);
    j.flat(40, kOther);
    j.flat_cancel(60, kOther);
    j.joiner.finish();
    REQUIRE(j.told.size() == 3);
    CHECK(j.of_call() == Counts{2, 2});
    CHECK(j.told[2].prints == 2);
    CHECK(j.told[2].cancelled == 1);
}
