#include "market/seen_prints.hpp"

#include <random>
#include <set>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("what was seen is known, in whatever order it comes, and what is forgotten isn't needed") {
    std::mt19937_64 engine(3);
    SeenPrints seen;
    std::set<std::pair<std::int64_t, std::uint64_t>> known;
    std::int64_t newest = 0;
    for (int i = 0; i < 50'000; ++i) {
        newest += static_cast<std::int64_t>(engine() % 3);
        const std::int64_t t = newest - static_cast<std::int64_t>(engine() % (i % 5 == 0 ? 1000 : 1));
        const std::uint64_t identity = engine() % 4;
        CHECK(seen.first_time(t, identity, newest - 1000) == known.emplace(t, identity).second);
    }
}

TEST_CASE("each part of a print makes another one of it") {
    std::set<std::uint64_t> all;
    for (std::uint64_t q = 0; q < 40; ++q)
        for (std::uint64_t price = 0; price < 40; ++price)
            for (std::uint64_t rest = 0; rest < 40; ++rest) all.insert(print_identity(q, price, rest));
    CHECK(all.size() == 64'000);
}
