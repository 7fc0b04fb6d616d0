#include "net/hide_key.hpp"

#include "catch.hpp"

using namespace pulse;

namespace {
const std::optional<Secret> kKey = Secret("Ab-1");
}

TEST_CASE("the key is hidden wherever it stands, in upper or lower case") {
    CHECK(hide_key(kKey, "Ab-1") == "***");
    CHECK(hide_key(kKey, "xAb-1Ab-1 host ab-1.test AB-1") == "x****** host ***.test ***");
    CHECK(hide_key(kKey, "Ab-2 and Ab-") == "Ab-2 and Ab-");
    CHECK(hide_key(kKey, "").empty());
}

TEST_CASE("without a key nothing is hidden") {
    CHECK(hide_key(std::nullopt, "Ab-1") == "Ab-1");
    CHECK(hide_key(Secret(""), "Ab-1") == "Ab-1");
    CHECK(hide_key(std::nullopt, R"("\u0041b-1")") == R"("\u0041b-1")");
}

TEST_CASE("in JSON the key is hidden however it is spelled") {
    CHECK(hide_key(kKey, R"({"a":"Ab-1"})") == R"({"a":"***"})");
    CHECK(hide_key(kKey, R"({"a":"\u0041b-\u0031","b":"\n\"\u00e9"})") == R"({"a":"***","b":"\n\"\u00e9"})");
    CHECK(hide_key(Secret("a/b"), R"(["a\/b"])") == R"(["***"])");
    CHECK(hide_key(kKey, R"({"a":"\u0041b-1","b":"Ab-1"})") == R"({"a":"***","b":"***"})");
}

TEST_CASE("JSON without the key stays as it was sent, whatever its escapes") {
    for (const std::string json : {R"({"a":"\u0041b-2\/\\"})", R"("\\u0041b-1")", R"("\u0022\u005c")",
                                   R"("\u00)", "\\", R"("\uzzzz")"})
        CHECK(hide_key(kKey, json) == json);
}
