#include "pipe/rejects.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

TEST_CASE("under strict the first reject is fatal and names its place") {
    Rejects rejects("", true);
    CHECK_THROWS_WITH(rejects.reject("stdin", 7, "{}", "lacks ev"),
                      ContainsSubstring("stdin line 7: lacks ev"));
    try {
        rejects.reject("stdin", 8, "{}", "lacks ev");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kData);
    }
    CHECK(rejects.count() == 2);
}

TEST_CASE("a rejects file that can't be written ends the run with an I/O error") {
    Rejects rejects("/dev/full", false);
    try {
        rejects.reject("stdin", 1, "{}", "lacks ev");
        FAIL("a full disk went unnoticed");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kIo);
    }
    CHECK_THROWS_AS(Rejects("/nonexistent/dir/file", false), Error);
}
