#include "vendor/flat_keys.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

TEST_CASE("a session's file has the vendor's name") {
    CHECK(flat_key(day_from_civil(2026, 11, 20)) == "us_options_opra/trades_v1/2026/11/2026-11-20.csv.gz");
    CHECK(flat_key(day_from_civil(2014, 6, 2)) == "us_options_opra/trades_v1/2014/06/2014-06-02.csv.gz");
}

TEST_CASE("an S3 endpoint falls into base, host and path") {
    const auto vendor = S3Endpoint::parse("https://files.polygon.io");
    CHECK(vendor.base == "https://files.polygon.io");
    CHECK(vendor.host == "files.polygon.io");
    CHECK(vendor.path.empty());
    const auto local = S3Endpoint::parse("http://127.0.0.1:9000/below/");
    CHECK(local.base == "http://127.0.0.1:9000/below");
    CHECK(local.host == "127.0.0.1:9000");
    CHECK(local.path == "/below");
}

TEST_CASE("the scheme's own port is no part of the Host header") {
    CHECK(S3Endpoint::parse("https://files.polygon.io:443").host == "files.polygon.io");
    CHECK(S3Endpoint::parse("http://files.polygon.io:80/x").host == "files.polygon.io");
    CHECK(S3Endpoint::parse("https://files.polygon.io:80").host == "files.polygon.io:80");
    CHECK(S3Endpoint::parse("https://[::1]:443").host == "[::1]");
}

TEST_CASE("what is no http url is refused") {
    for (const char* url : {"", "files.polygon.io", "ftp://files.polygon.io", "https://key@files.polygon.io",
                            "https://files.polygon.io?x=1"})
        CHECK_THROWS_AS(S3Endpoint::parse(url), Error);
}
