#include "serve/access.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "catch.hpp"
#include "serve/web_answer.hpp"

using namespace pulse;
using namespace pulse::serve;

namespace {

WebRequest with(const std::string& name, const std::string& value) {
    WebRequest request;
    request.headers.emplace_back(name, value);
    return request;
}

std::string header(const WebAnswer& answer, const std::string& name) {
    for (const auto& [known, value] : answer.headers)
        if (known == name) return value;
    return "";
}

std::string finished(const Access& access, const WebRequest& request, const std::string& name) {
    WebAnswer answer = json_answer("{}");
    access.finish(request, answer);
    return header(answer, name);
}

}  // namespace

TEST_CASE("without a token everybody may ask") {
    const Access access(std::nullopt, "");
    CHECK(access.allows({}));
}

TEST_CASE("a token must be shown exactly") {
    const Access access(Secret("0123456789abcdef"), "");
    CHECK(access.allows(with("authorization", "Bearer 0123456789abcdef")));
    CHECK(access.allows(with("authorization", "bearer  0123456789abcdef")));
    for (const char* bad : {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdefg",
                            "Basic 0123456789abcdef", "0123456789abcdef", "Bearer 0123456789ABCDEF"})
        CHECK_FALSE(access.allows(with("authorization", bad)));
    CHECK_FALSE(access.allows({}));
    CHECK(header(Access::unauthorized(), "WWW-Authenticate").starts_with("Bearer"));
}

TEST_CASE("every answer forbids inline code and sniffing") {
    const Access access(std::nullopt, "");
    const auto policy = finished(access, {}, "Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'"));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(finished(access, {}, "X-Content-Type-Options") == "nosniff");
    CHECK(finished(access, {}, "Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(finished(access, with("origin", "https://a.example"), "Access-Control-Allow-Origin").empty());
}

TEST_CASE("only the named origin may read answers") {
    const Access access(std::nullopt, "https://desk.example");
    CHECK(finished(access, with("origin", "https://desk.example"), "Access-Control-Allow-Origin") ==
          "https://desk.example");
    CHECK(finished(access, with("origin", "https://evil.example"), "Access-Control-Allow-Origin").empty());
    CHECK(finished(access, {}, "Vary") == "Origin");
    CHECK(header(access.preflight(with("origin", "https://desk.example")), "Access-Control-Allow-Headers")
              .find("Authorization") != std::string::npos);
    CHECK(header(access.preflight(with("origin", "https://evil.example")), "Access-Control-Allow-Headers")
              .empty());
    const Access any(std::nullopt, "*");
    CHECK(finished(any, with("origin", "https://x.example"), "Access-Control-Allow-Origin") == "*");
}

TEST_CASE("what the client has already is not sent again") {
    const Access access(std::nullopt, "");
    const std::string tag = entity_tag("{}");
    for (const std::string& sent : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        WebAnswer answer = json_answer("{}");
        access.finish(with("if-none-match", sent), answer);
        CHECK(answer.status == 304);
        CHECK_FALSE(answer.body);
        CHECK(header(answer, "ETag") == tag);
    }
    WebAnswer other = json_answer("{}");
    access.finish(with("if-none-match", "\"other\""), other);
    CHECK(other.status == 200);
    WebAnswer error = error_answer(400, "bad_parameter", "no");
    access.finish(with("if-none-match", "*"), error);
    CHECK(error.status == 400);
}

TEST_CASE("an error is JSON whatever its text holds") {
    const auto answer = error_answer(400, "bad_parameter", "a \"quote\"\n", "p\xff");
    CHECK(*answer.body ==
          "{\"error\":{\"code\":\"bad_parameter\",\"message\":\"a "
          "\\\"quote\\\"\\u000a\",\"parameter\":\"p\\ufffd\"}}\n");
    CHECK(header(later_answer("busy", "later", 7), "Retry-After") == "7");
}

TEST_CASE("a token file holds one long enough line") {
    const std::string path = "token_" + std::to_string(::getpid());
    const auto written = [&](const std::string& text) {
        std::ofstream(path, std::ios::trunc) << text;
        return path;
    };
    CHECK(read_token(written("0123456789abcdef\n")).reveal() == "0123456789abcdef");
    for (const std::string& bad :
         {std::string("short\n"), std::string("0123456789abcdef\nsecond line here\n"),
          std::string("with blanks in its middle"), std::string(), std::string(5000, 'x')}) {
        try {
            read_token(written(bad));
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.exit() == Exit::kConfig);
            if (!bad.empty()) CHECK(std::string(error.what()).find(bad.substr(0, 5)) == std::string::npos);
        }
    }
    std::remove(path.c_str());
    try {
        read_token(path);
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kConfig);
    }
}

TEST_CASE("the token comes from the environment, or from the file named there") {
    ::unsetenv("PULSE_AUTH_TOKEN_FILE");
    ::unsetenv("PULSE_AUTH_TOKEN");
    CHECK_FALSE(token_from_env());
    ::setenv("PULSE_AUTH_TOKEN", "0123456789abcdef", 1);
    CHECK(token_from_env().value_or(Secret("")).reveal() == "0123456789abcdef");
    ::setenv("PULSE_AUTH_TOKEN", "too-short", 1);
    try {
        token_from_env();
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.exit() == Exit::kConfig);
        CHECK(std::string(error.what()).starts_with("PULSE_AUTH_TOKEN must"));
        CHECK(std::string(error.what()).find("too-short") == std::string::npos);
    }
    const std::string path = "token_env_" + std::to_string(::getpid());
    std::ofstream(path) << "fedcba9876543210\n";
    ::unsetenv("PULSE_AUTH_TOKEN");
    ::setenv("PULSE_AUTH_TOKEN_FILE", path.c_str(), 1);
    CHECK(token_from_env().value_or(Secret("")).reveal() == "fedcba9876543210");
    std::remove(path.c_str());
    ::unsetenv("PULSE_AUTH_TOKEN_FILE");
}
