#include "pipe/progress_line.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

/// What `work` writes to stderr.
template <typename Work>
std::string stderr_of(Work&& work) {
    char path[] = P_tmpdir "/pulse-progress-XXXXXX";
    const UniqueFd file(::mkstemp(path));
    REQUIRE(file);
    ::unlink(path);
    const UniqueFd saved(::dup(STDERR_FILENO));
    ::dup2(file.get(), STDERR_FILENO);
    work();
    ::dup2(saved.get(), STDERR_FILENO);
    std::string text(4096, '\0');
    const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
    REQUIRE(size >= 0);
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

TEST_CASE("always: the line is written over, at most twice a second, and wiped at the end") {
    const std::string text = stderr_of([] {
        ProgressLine line(ProgressMode::kAlways);
        CHECK(line.due(0));
        line.show("one", 0);
        CHECK_FALSE(line.due(499));
        line.show("two", 499);
        line.show("three", 500);
    });
    CHECK(text == "\x1b[Kone\r\x1b[Kthree\r\x1b[K");
}

TEST_CASE("auto without a terminal: a log line a minute, none in the first") {
    const std::string text = stderr_of([] {
        ProgressLine line(ProgressMode::kAuto);
        line.show("one", 0);
        line.show("two", 59'999);
        line.show("three", 60'000);
        line.show("four", 119'999);
    });
    CHECK_THAT(text, ContainsSubstring("three\n"));
    CHECK(text.find("one") == std::string::npos);
    CHECK(text.find("four") == std::string::npos);
}

TEST_CASE("never is silent, other words are refused") {
    CHECK(stderr_of([] { ProgressLine(ProgressMode::kNever).show("x", 0); }).empty());
    CHECK(parse_progress_mode("auto") == ProgressMode::kAuto);
    CHECK(parse_progress_mode("always") == ProgressMode::kAlways);
    CHECK(parse_progress_mode("never") == ProgressMode::kNever);
    CHECK_THROWS_AS(parse_progress_mode("often"), Error);
}
