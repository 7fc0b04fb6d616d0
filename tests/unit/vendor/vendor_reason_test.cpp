#include "vendor/vendor_reason.hpp"

#include <algorithm>
#include <string>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("the reason is error or message of a JSON body") {
    CHECK(vendor_reason(R"({"status":"ERROR","request_id":"x","error":"Unknown API Key"})") ==
          "Unknown API Key");
    CHECK(vendor_reason(R"({"status":"NOT_FOUND","message":"Ticker not found."})") == "Ticker not found.");
    CHECK(vendor_reason(R"({"message":"second","error":"first"})") == "first");
    CHECK(vendor_reason(R"({"error":"","message":"m"})") == "m");
    CHECK(vendor_reason(R"({"error":"two\nlines\u001b[31m"})") == "two lines [31m");
}

TEST_CASE("the reason is code and message of S3's XML") {
    CHECK(vendor_reason(
              "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>The specified key does not "
              "exist.</Message></Error>") == "NoSuchKey: The specified key does not exist.");
    CHECK(vendor_reason("<Error><Code>AccessDenied</Code></Error>") == "AccessDenied");
}

TEST_CASE("anything else gives its text without tags, on one line") {
    CHECK(vendor_reason("<html><head><title>502 Bad\r\n Gateway</title></head></html>") == "502 Bad Gateway");
    CHECK(vendor_reason("404 page not found\n") == "404 page not found");
    CHECK(vendor_reason("{\"error\":\"cut") == "{\"error\":\"cut");
    CHECK(vendor_reason(R"({"status":"ERROR"})") == R"({"status":"ERROR"})");
}

TEST_CASE("the reason is never empty for a body that isn't") {
    CHECK(vendor_reason("").empty());
    CHECK(vendor_reason("<html></html>") == "<html></html>");
    CHECK(vendor_reason("<") == "<");
    CHECK(vendor_reason(" \n\t ") == "4 bytes without a text that could be shown");
    CHECK(vendor_reason(std::string_view("\0\0", 2)) == "2 bytes without a text that could be shown");
}

TEST_CASE("the reason is short, and safe to print") {
    CHECK(vendor_reason(std::string(10'000, '?')) == std::string(200, '?'));
    const std::string accents = std::string(199, '?') + "\xc3\xa9";
    CHECK(vendor_reason(accents) == std::string(199, '?'));
    CHECK(vendor_reason(std::string(198, '?') + "\xc3\xa9" + "b") == std::string(198, '?') + "\xc3\xa9");
    CHECK(vendor_reason("caf\xc3\xa9") == "caf\xc3\xa9");
    CHECK(vendor_reason("\xff\xfe x \xc2") == "?? x ?");
    CHECK(vendor_reason("a\xc2\x9b"
                        "31m") == "a?31m");
}

TEST_CASE("a reason is never cut in the middle of what could be a key") {
    const std::string key = GENERATE(as<std::string>(), "Ab0-._~+/=cD", R"(\u0041b\u0030\/)");
    for (std::size_t before = 180; before < 210; ++before) {
        const std::string reason = vendor_reason(std::string(before - 1, '?') + " " + key + " more");
        const bool whole = reason.find(key) != std::string::npos;
        CHECK(whole == (before + key.size() <= 200));
        CHECK((whole || reason == std::string(std::min<std::size_t>(before - 1, 200), '?')));
    }
    CHECK(vendor_reason(std::string(10'000, 'a')) == "10000 bytes without a text that could be shown");
}

TEST_CASE("that something isn't found is said in JSON, by status, error or message") {
    CHECK(says_not_found(R"({"status":"NOT_FOUND","request_id":"1","message":"Ticker not found."})"));
    CHECK(says_not_found(R"({"status":"NOT_FOUND"})"));
    CHECK(says_not_found(R"({"error":"Data Not Found"})"));
    CHECK(says_not_found(R"({"message":"Ticker not found."})"));
    for (const std::string_view body : {"", "404 page not found\n", "<h1>Not Found</h1>", R"("not found")",
                                        R"({"status":"ERROR","error":"no such route"})",
                                        R"({"detail":"not found"})", R"({"status":"NOT_FOUND")", "{}"})
        CHECK_FALSE(says_not_found(body));
}
