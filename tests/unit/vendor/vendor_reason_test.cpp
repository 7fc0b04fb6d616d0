#include "vendor/vendor_reason.hpp"

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
    CHECK(vendor_reason(" \n\t ") == "4 bytes without any text");
    CHECK(vendor_reason(std::string_view("\0\0", 2)) == "2 bytes without any text");
}

TEST_CASE("the reason is short, and safe to print") {
    CHECK(vendor_reason(std::string(10'000, 'a')) == std::string(200, 'a'));
    const std::string accents = std::string(199, 'a') + "\xc3\xa9";
    CHECK(vendor_reason(accents) == std::string(199, 'a'));
    CHECK(vendor_reason("caf\xc3\xa9") == "caf\xc3\xa9");
    CHECK(vendor_reason("\xff\xfe x \xc2") == "?? x ?");
    CHECK(vendor_reason("a\xc2\x9b"
                        "31m") == "a?31m");
}
