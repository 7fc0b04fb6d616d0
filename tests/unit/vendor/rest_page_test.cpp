#include "vendor/rest_page.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace pulse;

namespace {

struct Outcome {
    bool ok = false;
    std::vector<std::string> rows;
    std::string next_url;
    std::string reason;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::string_view body, std::size_t piece = std::string_view::npos) {
    RestPage page;
    Outcome out;
    while (!body.empty()) {
        page.feed(body.substr(0, piece), [&](std::string_view row) { out.rows.emplace_back(row); });
        body.remove_prefix(std::min(piece, body.size()));
    }
    out.ok = page.finish();
    out.next_url = page.next_url();
    out.reason = page.broken_reason();
    CHECK(page.rows() == out.rows.size());
    CHECK(out.ok == out.reason.empty());
    return out;
}

// As one piece, and cut everywhere: the answer must be the same.
Outcome read_all_ways(std::string_view body) {
    const Outcome whole = read(body);
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 63U, 64U, 65U, 200U}) CHECK(read(body, piece) == whole);
    return whole;
}

std::vector<std::string> rows_of(std::string_view body) {
    const Outcome out = read_all_ways(body);
    CHECK(out.reason.empty());
    return out.rows;
}

std::string reason_of(std::string_view body) {
    return read_all_ways(body).reason;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("a page gives its rows as sent and the next url unescaped") {
    const auto out = read_all_ways(
        R"({"results":[{"price":8.50,"size":1},{"price":9,"size":2}],"status":"OK","request_id":"a","next_url":"https:\/\/api.polygon.io\/v3?cursor=\u0061b"})");
    CHECK(out.ok);
    CHECK(out.rows == Rows{R"({"price":8.50,"size":1})", R"({"price":9,"size":2})"});
    CHECK(out.next_url == "https://api.polygon.io/v3?cursor=ab");
}

TEST_CASE("keys come in any order and with any white space") {
    const auto out = read_all_ways(
        "\r\n{ \"next_url\" : \"/v3\" ,\n\"results\"\t:\n[ {\"a\" : 1 }\t,\r\n {\"b\":[ ]} ] , "
        "\"status\":\"DELAYED\" } \n");
    CHECK(out.rows == Rows{"{\"a\" : 1 }", "{\"b\":[ ]}"});
    CHECK(out.next_url == "/v3");
}

TEST_CASE("braces, brackets and quotes inside of strings and nested values are no structure") {
    const std::string first = R"({"a":"}],{\"\\","b":{"c":[{"d":"]}"}]},"e":"\\\""})";
    const std::string second = R"({"results":[{"next_url":"x"}],"status":"ERROR"})";
    const std::string long_text =
        R"({"a":")" + std::string(150, '}') + R"(\\\")" + std::string(150, '{') + R"("})";
    const auto out =
        read_all_ways(R"({"x":{"results":[{"no":1}]},"y":["results",{"results":[2]}],"results":[)" + first +
                      "," + second + "," + long_text + R"(],"z":"\"results\":[{"})");
    CHECK(out.ok);
    CHECK(out.rows == Rows{first, second, long_text});
}

TEST_CASE("results may be empty, null or missing") {
    CHECK(rows_of(R"({"status":"OK","results":[]})").empty());
    CHECK(rows_of(R"({"results" : [ ] })").empty());
    CHECK(rows_of(R"({"status":"OK","results":null})").empty());
    CHECK(rows_of(R"({"status":"OK","queryCount":0})").empty());
    CHECK(rows_of(R"({"status":"DELAYED"})").empty());
}

TEST_CASE("an answer must say that it is one: a status of success, or results") {
    for (const std::string_view status : {"OK", "ok", "DELAYED", "Delayed"})
        CHECK(rows_of(R"({"status":")" + std::string(status) + R"("})").empty());
    CHECK(rows_of(R"({"status":null,"results":[]})").empty());
    CHECK(reason_of("{}") == "the answer has neither status nor results: no reason given");
    CHECK(reason_of(R"({"results":null,"message":"later"})") ==
          "the answer has neither status nor results: later");
    CHECK(reason_of(R"({"status":null})") == "the answer has neither status nor results: no reason given");
    CHECK(reason_of(R"({"status":"DENIED"})") == "the answer says DENIED: no reason given");
    CHECK(reason_of(R"({"status":"OKAY","results":[{"a":1}]})") == "the answer says OKAY: no reason given");
    CHECK(reason_of(R"({"status":"","results":[]})") == "the answer says no status: no reason given");
    CHECK(reason_of(R"({"status":200,"results":[]})") == "the answer says no status: no reason given");
}

TEST_CASE("what a refusal says is one short line") {
    CHECK(reason_of(R"({"status":"ER\nROR","error":"two\nlines\u001b[31m"})") ==
          "the answer says ER ROR: two lines [31m");
    CHECK(read(R"({"status":"ERROR","error":")" + std::string(150, '?') + std::string(150, ' ') +
               std::string(150, 'b') + R"("})")
              .reason == "the answer says ERROR: " + std::string(150, '?'));
}

TEST_CASE("a row that its reader finds damaged breaks the page and ends it") {
    RestPage page;
    int rows = 0;
    page.feed(R"({"status":"OK","results":[{"a":1},{"a":?},{"a":3}]})", [&](std::string_view) {
        if (++rows == 2) page.row_is_damaged();
    });
    CHECK(rows == 2);
    CHECK(page.broken());
    CHECK_FALSE(page.finish());
    CHECK(page.broken_reason() == "a row is no valid JSON");
}

TEST_CASE("a key may be spelled with escapes, and the first of a name counts") {
    CHECK(rows_of(R"({"re\u0073ults":[{"a":1}]})") == Rows{R"({"a":1})"});
    CHECK(rows_of(R"({"results":[{"a":1}],"results":[{"a":2}]})") == Rows{R"({"a":1})"});
    CHECK(rows_of(R"({"status":"OK","results":null,"results":[{"a":2}]})").empty());
    CHECK(reason_of(R"({"status":"ERROR","status":"OK"})") == "the answer says ERROR: no reason given");
    CHECK(read(R"({"results":[],"next_url":"/a","next_url":"/b"})").next_url == "/a");
}

TEST_CASE("results that isn't an array of objects is broken") {
    for (const std::string_view results :
         {R"({"a":1})", "7", R"("text")", "true", "[1]", "[null]", R"([{"a":1},2])", "[[]]", R"([{"a":1},])",
          R"([,{"a":1}])", R"([{"a":1}{"a":2}])", "[,]"})
        CHECK(reason_of(R"({"results":)" + std::string(results) + "}") == "results is no array of objects");
}

TEST_CASE("a body that ends early is broken, wherever it ends") {
    const std::string_view body = R"({"status":"OK","results":[{"a":"b"},{"c":1}],"next_url":"/v3"})";
    for (std::size_t size = 1; size < body.size(); ++size)
        CHECK(read(body.substr(0, size)).reason == "the body ends in the middle of the JSON");
    CHECK(read("").reason == "the body is empty");
    CHECK(read(" \n").reason == "the body is empty");
    CHECK(read(body).ok);
}

TEST_CASE("what is no JSON object, or goes on behind it, is broken") {
    CHECK(reason_of("<html><body>Bad Gateway</body></html>") == "the body is no JSON object");
    CHECK(reason_of("[]") == "the body is no JSON object");
    CHECK(reason_of(R"({"results":[]}{)") == "the body goes on behind the JSON object");
    CHECK(reason_of(R"({"results":[]} x)") == "the body goes on behind the JSON object");
    CHECK(reason_of(R"({"results":[] "status":"OK"})") == "the body is no valid JSON");
    CHECK(reason_of(R"({"status":OK})") == "the body is no valid JSON");
    CHECK(reason_of(R"({"count":tr ue})") == "the body is no valid JSON");
    CHECK(reason_of("{\"status\":\"\xff\"}") == "the body is no valid JSON");
    CHECK(reason_of(R"({"a":{"results":1}:[{"b":1}]})") == "the body is no valid JSON");
    CHECK(reason_of(R"({:[]})") == "the body is no valid JSON");
    CHECK(reason_of(R"({"a":[})") == "the body ends in the middle of the JSON");
}

TEST_CASE("a status of refusal is broken and brings the reason") {
    CHECK(reason_of(R"({"status":"ERROR","error":"Unknown"})") == "the answer says ERROR: Unknown");
    CHECK(reason_of(R"({"status":"NOT_AUTHORIZED","message":"No plan","results":[]})") ==
          "the answer says NOT_AUTHORIZED: No plan");
    CHECK(reason_of(R"({"results":[{"a":1}],"status":"ERROR"})") == "the answer says ERROR: no reason given");
}

TEST_CASE("a next_url that is no string would lose pages: broken, null is none") {
    CHECK(reason_of(R"({"results":[],"next_url":5})") == "next_url is no string");
    CHECK(read(R"({"results":[],"next_url":null})").ok);
}

TEST_CASE("parts longer than 1 MiB are refused, of any length together is fine") {
    const std::string text(RestPage::kMaxPart, 'x');
    CHECK(read(R"({"results":[{"a":")" + text + R"("}]})").reason == "a row is longer than 1 MiB");
    CHECK(read(R"({"results":[{"a":")" + text + R"("}]})", 1000).reason == "a row is longer than 1 MiB");
    CHECK(read(R"({"other":")" + text + R"("})").reason ==
          "what stands outside of results is longer than 1 MiB");
    CHECK(
        read(R"({"results":[{"a":")" + text.substr(100) + R"("},{"a":")" + text.substr(100) + R"("}]})").ok);
    CHECK(read(R"({"results":[])" + std::string(2 * RestPage::kMaxPart, ' ') + "}").ok);
}

TEST_CASE("each row has readable bytes behind it, and lies in the piece when that has them") {
    const std::string body =
        R"({"results":[{"a":1},{"b":2},{"c":3}]})" + std::string(RestPage::kPadding, ' ');
    const std::string_view piece(body.data(), body.find("{\"c") + RestPage::kPadding);
    RestPage page;
    std::vector<bool> in_piece;
    page.feed(piece, [&](std::string_view row) {
        in_piece.push_back(row.data() >= piece.data() && row.data() < piece.data() + piece.size());
        const std::string behind(row.data() + row.size(), RestPage::kPadding);  // for the address sanitizer
        CHECK(behind.size() == RestPage::kPadding);
    });
    CHECK(in_piece == std::vector<bool>{true, true, false});
}

TEST_CASE("reset forgets a broken page") {
    RestPage page;
    page.feed("x", [](std::string_view) {});
    CHECK_FALSE(page.finish());
    page.reset();
    int rows = 0;
    page.feed(R"({"results":[{"a":1}],"next_url":"/n"})", [&](std::string_view) { ++rows; });
    CHECK(page.finish());
    CHECK(rows == 1);
    page.reset();
    CHECK(page.next_url().empty());
}
