#include <cmath>

#include "catch.hpp"
#include "flow/outcomes.hpp"

using pulse::flow::Interval;
using pulse::flow::newcombe;
using pulse::flow::wilson;

namespace {

double two_places(double value) {
    return std::round(value * 100) / 100;
}

}  // namespace

TEST_CASE("Wilson's interval is as listed") {
    struct Listed {
        int hits, n;
        double low, high;
    };
    for (const Listed& listed :
         {Listed{1, 1, 0.21, 1}, Listed{2, 2, 0.34, 1}, Listed{3, 4, 0.30, 0.95}, Listed{6, 8, 0.41, 0.93},
          Listed{12, 20, 0.39, 0.78}, Listed{60, 100, 0.50, 0.69}, Listed{4, 7, 0.25, 0.84}}) {
        CAPTURE(listed.hits, listed.n);
        const Interval interval = wilson(listed.hits, listed.n);
        CHECK(two_places(interval.low) == listed.low);
        CHECK(two_places(interval.high) == listed.high);
    }
    CHECK(wilson(1, 1).high == 1);
    CHECK(wilson(0, 5).low == 0);
}

// Newcombe (1998), table II, method 10.
TEST_CASE("Newcombe's interval of a difference is as published") {
    struct Listed {
        int hits, n, other_hits, other_n;
        double low, high;
    };
    for (const Listed& listed : {Listed{56, 70, 48, 80, 0.0524, 0.3339}, Listed{9, 10, 3, 10, 0.1705, 0.8090},
                                 Listed{10, 10, 0, 20, 0.6791, 1}, Listed{0, 10, 0, 10, -0.2775, 0.2775}}) {
        CAPTURE(listed.hits, listed.n);
        const Interval interval = newcombe(listed.hits, listed.n, listed.other_hits, listed.other_n);
        CHECK(interval.low == Approx(listed.low).margin(5e-5));
        CHECK(interval.high == Approx(listed.high).margin(5e-5));
        const Interval mirror = newcombe(listed.other_hits, listed.other_n, listed.hits, listed.n);
        CHECK(mirror.low == Approx(-interval.high));
    }
}

TEST_CASE("nothing seen, anything possible") {
    CHECK(wilson(0, 0).low == 0);
    CHECK(wilson(0, 0).high == 1);
}

TEST_CASE("Wilson's bounds are the shares for which what was seen lies z standard errors away") {
    for (int n = 1; n <= 300; n += 7) {
        for (int hits = 0; hits <= n; hits += 3) {
            CAPTURE(hits, n);
            const Interval interval = wilson(hits, n);
            const double seen = static_cast<double>(hits) / n;
            for (const double bound : {interval.low, interval.high}) {
                if (bound == 0 || bound == 1) continue;
                const double error = std::sqrt(bound * (1 - bound) / n);
                CHECK(std::abs(seen - bound) / error == Approx(1.959963984540054).epsilon(1e-9));
            }
            CHECK(interval.low <= seen);
            CHECK(interval.high >= seen);
            // The mirror image: misses instead of hits.
            CHECK(wilson(n - hits, n).low == Approx(1 - interval.high).margin(1e-12));
        }
    }
}
