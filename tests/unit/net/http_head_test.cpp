#include "net/http_head.hpp"

#include <string>

#include "catch.hpp"

using namespace pulse;

namespace {

HttpHead parsed(const std::string& text) {
    const auto end = find_head_end(text, 0);
    REQUIRE(end == text.size());
    return parse_http_head(text);
}

}  // namespace

TEST_CASE("a head's end is found wherever the pieces were cut") {
    const std::string text = "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET ";
    const std::size_t end = text.size() - 4;
    for (std::size_t cut = 0; cut < end; ++cut) {
        CHECK(find_head_end(text.substr(0, cut), cut > 0 ? cut - 1 : 0) == std::string::npos);
        CHECK(find_head_end(text, cut) == end);
    }
    CHECK(find_head_end("GET / HTTP/1.1\n\nmore", 0) == 16);
    CHECK(find_head_end("", 0) == std::string::npos);
}

TEST_CASE("path, query and headers are handed on as sent") {
    const auto head =
        parsed("GET /a%2Fb/../c?x=%41&y? HTTP/1.1\r\nHOST: h\r\nX-Two:  a b \t\r\nX-None:\r\n\r\n");
    CHECK(head.refusal == 0);
    CHECK(head.keep_alive);
    CHECK(head.request.method == "GET");
    CHECK(head.request.path == "/a%2Fb/../c");
    CHECK(head.request.query == "x=%41&y?");
    CHECK(head.request.header("host") == "h");
    CHECK(head.request.header("x-two") == "a b");
    CHECK(head.request.headers.size() == 3);
    CHECK(head.request.header("x-three").empty());
}

TEST_CASE("of an absolute address the path is kept") {
    CHECK(parsed("GET http://h:80/p?q HTTP/1.1\r\nHost: h\r\n\r\n").request.path == "/p");
    CHECK(parsed("GET HTTPS://h HTTP/1.1\r\nHost: h\r\n\r\n").request.path == "/");
    const auto query = parsed("GET http://h?q=1 HTTP/1.1\r\nHost: h\r\n\r\n").request;
    CHECK(query.path == "/");
    CHECK(query.query == "q=1");
}

TEST_CASE("what the connection does afterwards follows version and header") {
    CHECK_FALSE(parsed("GET / HTTP/1.1\r\nHost: h\r\nConnection: foo ,CLOSE\r\n\r\n").keep_alive);
    CHECK(parsed("GET / HTTP/1.1\r\nHost: h\r\nConnection: closed\r\n\r\n").keep_alive);
    CHECK_FALSE(parsed("GET / HTTP/1.0\r\n\r\n").keep_alive);
    CHECK(parsed("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
    CHECK_FALSE(parsed("GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n").keep_alive);
}

TEST_CASE("a refusal says why and ends the connection") {
    for (const auto& [status, text] : std::initializer_list<std::pair<int, std::string>>{
             {400, "GET / HTTP/1.1\r\n\r\n"},
             {400, "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n"},
             {400, "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n"},
             {413, "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n"},
             {413, "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"},
             {501, "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: h\r\n\r\n"},
             {505, "GET / HTTP/1.2\r\nHost: h\r\n\r\n"}}) {
        const auto head = parsed(text);
        INFO(text);
        CHECK(head.refusal == status);
        CHECK_FALSE(head.reason.empty());
        CHECK_FALSE(head.keep_alive);
    }
}

TEST_CASE("an answer's head carries what the protocol wants") {
    WebAnswer answer;
    answer.headers = {{"X-A", std::string("b\r\nX-C: d\0e", 11)}};
    answer.body = std::make_shared<const std::string>("body");
    const std::string head = web_answer_head(answer, true, false);
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    CHECK_THAT(head, ContainsSubstring(
                         "\r\nX-A: b  X-C: d e\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\n"));
    CHECK_THAT(web_answer_head(answer, false, false), ContainsSubstring("Connection: close\r\n\r\n"));
    CHECK(web_answer_head(answer, false, true).find("Content-Length") == std::string::npos);
    answer.body = nullptr;
    CHECK_THAT(web_answer_head(answer, true, false), ContainsSubstring("Content-Length: 0\r\n"));
    answer.status = 304;
    CHECK(web_answer_head(answer, true, false).find("Content-Length") == std::string::npos);
}

TEST_CASE("the server's own refusals have the form of all errors") {
    const auto answer = refusal_answer(503, "too many");
    CHECK(*answer.body == R"({"error":{"code":"busy","message":"too many"}})");
    CHECK(answer.headers.back() == std::pair<std::string, std::string>("Retry-After", "5"));
}
