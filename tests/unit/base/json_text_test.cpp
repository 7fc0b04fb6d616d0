#include "base/json_text.hpp"

#include "catch.hpp"

namespace {

std::string json(std::string_view text) {
    std::string out;
    pulse::append_json_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("a JSON string escapes what it must") {
    CHECK(json("") == R"("")");
    CHECK(json("a\"b\\c\n\x01") == R"("a\"b\\c\u000a\u0001")");
    CHECK(json("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x92\xb0") == "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x92\xb0\"");
}

TEST_CASE("bytes that are no UTF-8 are replaced one by one") {
    CHECK(json("a\xff") == R"("a\ufffd")");
    CHECK(json("\xc3") == R"("\ufffd")");
    CHECK(json("\xc0\xaf") == R"("\ufffd\ufffd")");                      // overlong
    CHECK(json("\xed\xa0\x80") == R"("\ufffd\ufffd\ufffd")");            // a surrogate
    CHECK(json("\xf4\x90\x80\x80") == R"("\ufffd\ufffd\ufffd\ufffd")");  // beyond U+10FFFF
    CHECK(json("\xe2\x82x") == R"("\ufffd\ufffdx")");
}
