#include "vendor/fetch_pace.hpp"

#include <algorithm>
#include <vector>

#include "catch.hpp"

using namespace pulse;

namespace {

// When `count` starts happen that are made as early as allowed, from `from_ms` on.
std::vector<std::int64_t> starts(RateLimit& limit, std::int64_t from_ms, int count) {
    std::vector<std::int64_t> out;
    for (int i = 0; i < count; ++i) {
        from_ms = std::max(from_ms, limit.ready_ms());
        limit.take(from_ms);
        out.push_back(from_ms);
    }
    return out;
}

// The most starts that fall in any second.
std::size_t busiest_second(const std::vector<std::int64_t>& starts) {
    std::size_t most = 0;
    for (const auto first : starts)
        most = std::max(most, static_cast<std::size_t>(std::ranges::count_if(
                                  starts, [&](auto at) { return at >= first && at < first + 1000; })));
    return most;
}

}  // namespace

TEST_CASE("the default rate never reaches a hundred starts in a second") {
    RateLimit limit(90);
    const auto at = starts(limit, 0, 1000);
    CHECK(busiest_second(at) >= 90);
    CHECK(busiest_second(at) < 100);
    CHECK(at[8] == 0);   // a tenth of a second's worth at once
    CHECK(at[9] == 12);  // then evenly
    CHECK(at.back() >= 11'000);
    CHECK(at.back() <= 11'020);
}

TEST_CASE("a pause allows one burst, not the starts that were missed") {
    RateLimit limit(90);
    starts(limit, 0, 100);
    const auto at = starts(limit, 60'000, 200);
    CHECK(at[8] == 60'000);
    CHECK(at[9] > 60'000);
    CHECK(busiest_second(at) < 100);
}

TEST_CASE("five a minute are twelve seconds apart") {
    RateLimit limit(5.0 / 60);
    CHECK(starts(limit, 0, 4) == std::vector<std::int64_t>{0, 12'000, 24'000, 36'000});
}

TEST_CASE("low rates have no burst, zero has no limit, and odd ones do no harm") {
    RateLimit ten(10);
    CHECK(starts(ten, 0, 3) == std::vector<std::int64_t>{0, 100, 200});
    RateLimit none(0);
    CHECK(starts(none, 5, 1000).back() == 5);
    RateLimit tiny(1e-300);
    CHECK(starts(tiny, 0, 2).back() == 86'400'000);
    RateLimit huge(1e300);
    CHECK(starts(huge, 0, 1000).back() <= 1);
}

TEST_CASE("Retry-After is seconds, a minute when unclear, ten minutes at most") {
    CHECK_FALSE(retry_after_ms(std::nullopt));
    CHECK_FALSE(retry_after_ms(""));
    CHECK(retry_after_ms("0") == 0);
    CHECK(retry_after_ms(" 7 ") == 7'000);
    CHECK(retry_after_ms("601") == 600'000);
    CHECK(retry_after_ms("99999999999999999999") == 600'000);
    CHECK(retry_after_ms("Wed, 21 Oct 2026 07:28:00 GMT") == 60'000);
    CHECK(retry_after_ms("-5") == 60'000);
    CHECK(retry_after_ms("1.5") == 60'000);
}

TEST_CASE("back-off doubles from half a second to thirty, drawn from its upper half") {
    unsigned failures = 0;
    for (const std::int64_t longest : {500, 1000, 2000, 4000, 8000, 16'000, 30'000, 30'000}) {
        ++failures;
        CHECK(back_off_ms(failures, 1.0) == longest);
        CHECK(back_off_ms(failures, 0.0) == longest / 2);
    }
    CHECK(back_off_ms(4'000'000'000, 1.0) == 30'000);
}

TEST_CASE("pauses double until one helps") {
    Throttle throttle;
    std::int64_t now = 1'000;
    for (const std::int64_t pause : {500, 1000, 2000, 4000, 8000, 16'000, 32'000, 60'000, 60'000}) {
        throttle.refused(now, now, std::nullopt);
        CHECK(throttle.until_ms() == now + pause);
        now = throttle.until_ms();
    }
    throttle.answered(now);
    now += 10;
    throttle.refused(now, now, std::nullopt);
    CHECK(throttle.until_ms() == now + 500);
}

TEST_CASE("the refusals of one burst are one step") {
    Throttle throttle;
    for (std::int64_t i = 0; i < 16; ++i) throttle.refused(100, 110 + i, std::nullopt);
    CHECK(throttle.until_ms() == 610);
    throttle.refused(611, 620, std::nullopt);
    CHECK(throttle.until_ms() == 1'620);
    throttle.refused(100, 630, std::nullopt);  // a straggler
    CHECK(throttle.until_ms() == 1'620);
}

TEST_CASE("an answer to what was asked before the pauses says nothing about them") {
    Throttle throttle;
    throttle.refused(100, 110, std::nullopt);
    throttle.refused(700, 710, std::nullopt);
    throttle.answered(105);
    throttle.refused(1'800, 1'810, std::nullopt);
    CHECK(throttle.until_ms() == 1'810 + 2'000);
}

TEST_CASE("a burst of which a part is answered keeps the pauses short") {
    Throttle throttle;
    throttle.refused(100, 110, std::nullopt);
    for (std::int64_t now = 2'000; now < 100'000; now += 2'000) {
        throttle.refused(now, now + 10, std::nullopt);
        CHECK(throttle.until_ms() == now + 10 + 1'000);
        throttle.answered(now);
    }
}

TEST_CASE("Retry-After lengthens a pause, also of a straggler, and never shortens it") {
    Throttle throttle;
    throttle.refused(100, 110, "7");
    CHECK(throttle.until_ms() == 7'110);
    throttle.refused(100, 210, "8");
    CHECK(throttle.until_ms() == 8'210);
    throttle.refused(100, 310, "1");
    CHECK(throttle.until_ms() == 8'210);
    throttle.refused(8'300, 8'310, "0");
    CHECK(throttle.until_ms() == 9'310);
}

TEST_CASE("an hour of pauses at the cap is hopeless, one answer between them isn't") {
    const auto steps_until_hopeless = [](int answered_after) {
        Throttle throttle;
        int steps = 0;
        for (std::int64_t now = 1; !throttle.hopeless() && steps < 200;
             now = throttle.until_ms() + 1, ++steps) {
            if (steps == answered_after) throttle.answered(now);
            throttle.refused(now, now, std::nullopt);
        }
        return steps;
    };
    CHECK(steps_until_hopeless(-1) == 67);
    CHECK(steps_until_hopeless(50) == 117);
}
