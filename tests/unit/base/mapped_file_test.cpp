#include "base/mapped_file.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

// A file that is gone at the end of the test.
struct TemporaryFile {
    std::string path = std::string(P_tmpdir) + "/pulse-mapped-XXXXXX";
    explicit TemporaryFile(std::string_view content) {
        const UniqueFd fd(mkstemp(path.data()));
        REQUIRE(write_all(fd.get(), content) == 0);
    }
    ~TemporaryFile() { unlink(path.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
};

Exit refusal(const std::string& path) {
    try {
        const MappedFile file(path);
    } catch (const Error& e) {
        CHECK_THAT(e.what(), ContainsSubstring(path));
        return e.exit();
    }
    return Exit::kOk;
}

}  // namespace

TEST_CASE("a mapped file reads as its content, also after its pages were given back", "[mapped_file]") {
    const std::string content(100'000, 'x');
    const TemporaryFile file(content);
    const MappedFile mapped(file.path);
    CHECK(mapped.text() == content);
    mapped.release_pages();
    CHECK(mapped.text() == content);
}

TEST_CASE("an empty file maps to nothing", "[mapped_file]") {
    const TemporaryFile file("");
    CHECK(MappedFile(file.path).text().empty());
}

TEST_CASE("what is no regular file is refused by name", "[mapped_file]") {
    CHECK(refusal("/dev/null") == Exit::kIo);
    CHECK(refusal("/tmp") == Exit::kIo);
    CHECK(refusal("/nonexistent/file") == Exit::kIo);
}
