#include "store/run_lock.hpp"

#include "catch.hpp"

using pulse::store::run_lock_key;

TEST_CASE("a name always has the same key, also from another build") {
    // printf 'pulse run lock\nan-api-key' | sha256sum | head -c 16
    CHECK(static_cast<std::uint64_t>(run_lock_key("an-api-key")) == 0x802c39b2eaac2abeU);
    CHECK(run_lock_key("an-api-key") == run_lock_key("an-api-key"));
}

TEST_CASE("names that differ in anything have different keys") {
    CHECK(run_lock_key("an-api-key") != run_lock_key("an-api-kez"));
    CHECK(run_lock_key("") != run_lock_key("\n"));
}
