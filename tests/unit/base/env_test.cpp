#include "base/env.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {
/// A file that lives as long as the test.
struct TemporaryFile {
    explicit TemporaryFile(const std::string& text) {
        const int fd = ::mkstemp(path.data());
        REQUIRE(fd >= 0);
        ::close(fd);
        std::ofstream(path) << text;
    }
    ~TemporaryFile() { ::unlink(path.c_str()); }
    std::string path = (std::getenv("TMPDIR") ? std::string(std::getenv("TMPDIR")) : std::string(P_tmpdir)) +
                       "/pulse-XXXXXX";
};
}  // namespace

TEST_CASE("an empty variable counts as unset") {
    ::setenv("PULSE_TEST", "", 1);
    CHECK_FALSE(env("PULSE_TEST"));
    ::setenv("PULSE_TEST", "x", 1);
    CHECK(env("PULSE_TEST") == "x");
}

TEST_CASE("a switch is on unless it says false or 0") {
    ::unsetenv("PULSE_SWITCH");
    CHECK(env_enabled("PULSE_SWITCH"));
    for (const char* off : {"false", "0"}) {
        ::setenv("PULSE_SWITCH", off, 1);
        CHECK_FALSE(env_enabled("PULSE_SWITCH"));
    }
    ::setenv("PULSE_SWITCH", "true", 1);
    CHECK(env_enabled("PULSE_SWITCH"));
}

TEST_CASE("a secret comes from the variable or from the file NAME_FILE names") {
    ::unsetenv("PULSE_KEY");
    ::unsetenv("PULSE_KEY_FILE");
    CHECK_FALSE(secret_from_env("PULSE_KEY"));
    const TemporaryFile file("s3cret\n");
    ::setenv("PULSE_KEY_FILE", file.path.c_str(), 1);
    CHECK(secret_from_env("PULSE_KEY")->reveal() == "s3cret");
    ::setenv("PULSE_KEY", "direct", 1);
    CHECK(secret_from_env("PULSE_KEY")->reveal() == "direct");
    ::unsetenv("PULSE_KEY");
    const TemporaryFile two_lines("a\nb\n");
    ::setenv("PULSE_KEY_FILE", two_lines.path.c_str(), 1);
    CHECK_THROWS_AS(secret_from_env("PULSE_KEY"), Error);
    ::setenv("PULSE_KEY_FILE", "/nonexistent/key", 1);
    CHECK_THROWS_WITH(secret_from_env("PULSE_KEY"), ContainsSubstring("PULSE_KEY_FILE"));
}

TEST_CASE("redaction removes every occurrence") {
    CHECK(Secret("abc").redact("abc and abcabc") == "*** and ******");
    CHECK(Secret("*").redact("a*b") == "a***b");
    CHECK(Secret("zz").redact("nothing here") == "nothing here");
}
