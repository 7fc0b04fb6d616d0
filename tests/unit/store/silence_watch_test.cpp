#include "store/silence_watch.hpp"

#include "catch.hpp"

using pulse::store::SilenceWatch;
using News = SilenceWatch::News;

TEST_CASE("silence is told once, and its end once") {
    SilenceWatch watch(10);
    CHECK(watch.look(true, false, 100) == News::kNone);
    CHECK(watch.look(true, false, 109) == News::kNone);
    CHECK(watch.look(true, false, 110) == News::kSilent);
    CHECK(watch.look(true, false, 130) == News::kNone);
    CHECK(watch.look(true, true, 131) == News::kBack);
    CHECK(watch.look(true, false, 140) == News::kNone);
    CHECK(watch.look(true, false, 141) == News::kSilent);
    CHECK(watch.look(false, true, 142) == News::kBack);
    CHECK(watch.look(false, false, 143) == News::kNone);
}

TEST_CASE("neither rest nor progress is silence") {
    SilenceWatch watch(10);
    CHECK(watch.look(false, false, 100) == News::kNone);
    CHECK(watch.look(false, false, 200) == News::kNone);
    CHECK(watch.look(true, false, 300) == News::kNone);  // work begins here
    CHECK(watch.look(true, true, 309) == News::kNone);
    CHECK(watch.look(true, false, 318) == News::kNone);
    CHECK(watch.look(true, true, 400) == News::kNone);
}
