#include "vendor/rest_urls.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace pulse;

namespace {

const std::string kBase = "https://api.polygon.io";

template <typename Call>
std::string refusal(Exit exit, Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK(error.exit() == exit);
        return error.what();
    }
    return "accepted";
}

std::string base_refusal(std::string_view text) {
    return refusal(Exit::kUsage, [&] { (void)rest_base(text); });
}
std::string next_refusal(std::string_view url, std::string_view base = kBase) {
    return refusal(Exit::kFailure, [&] { (void)next_page_url(base, url); });
}

}  // namespace

TEST_CASE("a base url keeps scheme, host, port and path and loses trailing slashes") {
    CHECK(rest_base("https://api.polygon.io") == kBase);
    CHECK(rest_base("HTTPS://API.Polygon.io/") == kBase);
    CHECK(rest_base("http://127.0.0.1:8080") == "http://127.0.0.1:8080");
    CHECK(rest_base("http://[::1]:8080/") == "http://[::1]:8080");
    CHECK(rest_base("https://proxy/poly//") == "https://proxy/poly");
}

TEST_CASE("what is no base url is refused, credentials are not repeated") {
    CHECK_THAT(base_refusal("api.polygon.io"), ContainsSubstring("it must begin with https://"));
    CHECK_THAT(base_refusal("ftp://api.polygon.io"), ContainsSubstring("it must begin with https://"));
    CHECK_THAT(base_refusal("https://"), ContainsSubstring("the host is missing"));
    CHECK_THAT(base_refusal("https://a b"), ContainsSubstring("blanks"));
    CHECK_THAT(base_refusal("https://a\r\nX: y"), ContainsSubstring("control"));
    CHECK_THAT(base_refusal("https://a*b"), ContainsSubstring("no host name"));
    CHECK_THAT(base_refusal("https://a:0"), ContainsSubstring("port"));
    CHECK_THAT(base_refusal("https://a:65536"), ContainsSubstring("port"));
    CHECK_THAT(base_refusal("https://a:x"), ContainsSubstring("port"));
    CHECK_THAT(base_refusal("https://[::1"), ContainsSubstring("no closing ]"));
    CHECK_THAT(base_refusal("https://a?apiKey=hidden"), ContainsSubstring("no query"));
    CHECK_THAT(base_refusal("https://a/#x"), ContainsSubstring("no query"));
    CHECK_THAT(base_refusal("https://a\\b"), ContainsSubstring("backslash"));
    CHECK_THAT(base_refusal("https://user:hidden@a"), ContainsSubstring("no user name"));
    CHECK_THAT(base_refusal("https://user:hidden@a"), !ContainsSubstring("hidden"));
    CHECK_THAT(base_refusal("https://a?apiKey=hidden"), !ContainsSubstring("hidden"));
}

TEST_CASE("trades are asked for by exact nanoseconds, the colon of the contract as it is") {
    CHECK(trades_url(kBase, "O:AAPL251219C00190000", 1'764'910'800'000, 1'764'997'200'000) ==
          "https://api.polygon.io/v3/trades/"
          "O:AAPL251219C00190000?timestamp.gte=1764910800000000000&timestamp.lt="
          "1764997200000000000&order=asc&sort=timestamp&limit=50000");
    CHECK_THAT(trades_url(kBase, "O:A", 0, INT64_MAX, 10), ContainsSubstring("lt=9223372036854775807"));
    CHECK_THAT(trades_url(kBase, "O:A", 0, 1, 10), ContainsSubstring("limit=10"));
}

TEST_CASE("contracts are asked for by expiration, with or without an upper bound") {
    CHECK(contracts_url(kBase, {"AAPL", day_from_civil(2026, 11, 20), day_from_civil(2026, 12, 20), true}) ==
          "https://api.polygon.io/v3/reference/options/"
          "contracts?underlying_ticker=AAPL&expired=true&expiration_date.gte="
          "2026-11-20&expiration_date.lte=2026-12-20&order=asc&sort=expiration_date&limit=1000");
    CHECK(contracts_url(kBase, {"LGF/A", day_from_civil(2026, 11, 20), kNoLastExpiry, false}) ==
          "https://api.polygon.io/v3/reference/options/contracts?underlying_ticker=LGF%2FA&expired=false&"
          "expiration_date.gte=2026-11-20&order=asc&sort=expiration_date&limit=1000");
}

TEST_CASE("bars and holidays have their addresses") {
    CHECK(bars_url(kBase, "BRK.B", day_from_civil(2026, 1, 2), day_from_civil(2026, 11, 20)) ==
          "https://api.polygon.io/v2/aggs/ticker/BRK.B/range/1/day/2026-01-02/"
          "2026-11-20?adjusted=true&sort=asc&limit=50000");
    CHECK(holidays_url(kBase) == "https://api.polygon.io/v1/marketstatus/upcoming");
}

TEST_CASE("the next page is asked of our own base") {
    CHECK(next_page_url(kBase, "https://api.polygon.io/v3/trades/O:A?cursor=YXA9") ==
          kBase + "/v3/trades/O:A?cursor=YXA9");
    CHECK(next_page_url(kBase, "https://api.massive.com/v3/t?cursor=a%2Bb") == kBase + "/v3/t?cursor=a%2Bb");
    CHECK(next_page_url(kBase, "https://API.POLYGON.IO:443/v3/t") == kBase + "/v3/t");
    CHECK(next_page_url(kBase, "/v3/t?cursor=x#part") == kBase + "/v3/t?cursor=x");
    CHECK(next_page_url("http://127.0.0.1:8080", "http://127.0.0.1:8080/v3/t") ==
          "http://127.0.0.1:8080/v3/t");
    CHECK(next_page_url("http://127.0.0.1:8080", "https://api.polygon.io/v3/t") ==
          "http://127.0.0.1:8080/v3/t");
    CHECK(next_page_url("http://[::1]:80", "http://[::1]/v3/t") == "http://[::1]:80/v3/t");
}

TEST_CASE("a base with a path keeps it, once") {
    const std::string base = "https://proxy/poly";
    CHECK(next_page_url(base, "https://api.polygon.io/v3/t") == "https://proxy/poly/v3/t");
    CHECK(next_page_url(base, "https://proxy/poly/v3/t") == "https://proxy/poly/v3/t");
    CHECK(next_page_url(base, "https://proxy/polygon/v3/t") == "https://proxy/poly/polygon/v3/t");
    CHECK(next_page_url(base, "/v3/t") == "https://proxy/poly/v3/t");
}

TEST_CASE("a next url to another host is refused by name") {
    CHECK_THAT(next_refusal("https://evil.example/v3/t?cursor=secret"),
               ContainsSubstring("another host: evil.example"));
    CHECK_THAT(next_refusal("https://evil.example/v3/t?cursor=secret"), !ContainsSubstring("secret"));
    CHECK_THAT(next_refusal("https://api.polygon.io.evil.example/v3"), ContainsSubstring("another host"));
    CHECK_THAT(next_refusal("https://evil.example\\@api.polygon.io/v3"), ContainsSubstring("another host"));
    CHECK_THAT(next_refusal("https://api.polygon.io@evil.example/v3"), ContainsSubstring("user name"));
    CHECK_THAT(next_refusal("//evil.example/v3"), ContainsSubstring("no address"));
    CHECK_THAT(next_refusal("http://127.0.0.1:9/v3", "http://127.0.0.1:8"),
               ContainsSubstring("another host"));
}

TEST_CASE("a next url that is no url is refused") {
    for (const std::string_view url :
         {"", "v3/trades", "javascript:alert(1)", "ftp://api.polygon.io/x", "https://",
          "https://api.polygon.io", "https://api.polygon.io?x", "/v3/a b", "/v3\r\nX: y",
          "https://api.polygon.io/\xc3\xa9", "/\\evil.example", "https://api.polygon.io:x/"})
        CHECK(next_refusal(url) != "accepted");
}
