#include "serve/web_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/json_text.hpp"

namespace pulse::serve {

namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";

const std::string* find_header(const WebAnswer& answer, std::string_view name) {
    for (const auto& [known, value] : answer.headers)
        if (known == name) return &value;
    return nullptr;
}

}  // namespace

WebAnswer json_answer(std::string body, int status) {
    WebAnswer answer;
    answer.status = status;
    answer.headers.emplace_back("Content-Type", kJson);
    if (status == 200) {
        answer.headers.emplace_back("Cache-Control", "no-cache");
        answer.headers.emplace_back("ETag", entity_tag(body));
    } else {
        answer.headers.emplace_back("Cache-Control", "no-store");
    }
    answer.body = std::make_shared<const std::string>(std::move(body));
    return answer;
}

WebAnswer error_answer(int status, std::string_view code, std::string_view message,
                       std::string_view parameter) {
    std::string body = R"({"error":{"code":)";
    append_json_string(body, code);
    body += R"(,"message":)";
    append_json_string(body, message);
    if (!parameter.empty()) {
        body += R"(,"parameter":)";
        append_json_string(body, parameter);
    }
    body += "}}\n";
    return json_answer(std::move(body), status);
}

WebAnswer later_answer(std::string_view code, std::string_view message, int retry_after_s) {
    WebAnswer answer = error_answer(503, code, message);
    answer.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
    return answer;
}

WebAnswer not_found() {
    return error_answer(404, "not_found",
                        "no such path; the interface is described at /api/pulse/openapi.json");
}

std::string entity_tag(std::string_view body) {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    for (const char c : body) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return fmt::format("\"{:016x}-{:x}\"", hash, body.size());
}

void answer_unchanged(WebAnswer& answer, std::string_view if_none_match) {
    const std::string* tag = find_header(answer, "ETag");
    if (tag == nullptr || answer.status != 200) return;
    // Tags hold neither blanks nor commas, so a plain search finds one in a list; W/ before it doesn't
    // matter.
    if (if_none_match != "*" && if_none_match.find(*tag) == std::string_view::npos) return;
    answer.status = 304;
    answer.body = nullptr;
    std::erase_if(answer.headers, [](const auto& header) { return header.first == "Content-Type"; });
}

}  // namespace pulse::serve
