// Heads of HTTP/1.1 messages between libwebsockets and HttpRequest, HttpAnswer.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "net/http_head.hpp"
#include "net/sim_server_http.hpp"
#include "vendor/aws_sigv4.hpp"

namespace pulse {

namespace {

constexpr int kPieces = 64;  // parameters of a query, headers of one name

std::string copied(lws* wsi, lws_token_indexes token) {
    std::string text(static_cast<std::size_t>(std::max(lws_hdr_total_length(wsi, token), 0)) + 1, '\0');
    const int size = lws_hdr_copy(wsi, text.data(), static_cast<int>(text.size()), token);
    text.resize(static_cast<std::size_t>(std::max(size, 0)));
    return text;
}

void read_query(lws* wsi, HttpFields& query) {
    const int size = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS);
    if (size <= 0) return;
    std::string buffer(static_cast<std::size_t>(size) + 1, '\0');
    for (int i = 0; i < kPieces; ++i) {
        const int got = lws_hdr_copy_fragment(wsi, buffer.data(), static_cast<int>(buffer.size()),
                                              WSI_TOKEN_HTTP_URI_ARGS, i);
        if (got < 0) return;
        const std::string_view field(buffer.data(), static_cast<std::size_t>(got));
        const auto equals = std::min(field.find('='), field.size());
        query.emplace_back(field.substr(0, equals), field.substr(std::min(equals + 1, field.size())));
    }
}

// The library sorts what it knows into numbered tokens, whose texts are the headers' names with a colon.
void read_known_headers(lws* wsi, HttpFields& headers) {
    for (int i = 0; i < WSI_TOKEN_COUNT; ++i) {
        const auto token = static_cast<lws_token_indexes>(i);
        const auto* text = reinterpret_cast<const char*>(lws_token_to_string(token));
        if (text == nullptr || token == WSI_TOKEN_HTTP_URI_ARGS) continue;
        std::string_view name(text);
        if (!name.ends_with(':') || name.starts_with(':') || lws_hdr_total_length(wsi, token) <= 0) continue;
        name.remove_suffix(1);
        headers.emplace_back(name, copied(wsi, token));
    }
}

// All others must be asked for by name: those that a signature names.
void read_signed_headers(lws* wsi, HttpRequest& request) {
    const auto claim = parse_aws_authorization(request.header("authorization"));
    if (!claim) return;
    auto names = claim->signed_headers;
    names.insert(names.end(), {"x-amz-date", "x-amz-content-sha256"});
    for (auto& name : names) {
        if (!request.header(name).empty()) continue;
        name += ':';
        const int size = lws_hdr_custom_length(wsi, name.c_str(), static_cast<int>(name.size()));
        if (size < 0) continue;
        std::string value(static_cast<std::size_t>(size) + 1, '\0');
        const int got = lws_hdr_custom_copy(wsi, value.data(), static_cast<int>(value.size()), name.c_str(),
                                            static_cast<int>(name.size()));
        value.resize(static_cast<std::size_t>(std::max(got, 0)));
        name.pop_back();
        request.headers.emplace_back(name, std::move(value));
    }
}

std::string_view method_name(int method) {
    switch (method) {
        case LWSHUMETH_GET:
            return "GET";
        case LWSHUMETH_HEAD:
            return "HEAD";
        case LWSHUMETH_POST:
            return "POST";
        case LWSHUMETH_PUT:
            return "PUT";
        case LWSHUMETH_DELETE:
            return "DELETE";
        default:
            return "OTHER";
    }
}

}  // namespace

HttpRequest read_request(lws* wsi) {
    HttpRequest request;
    char* path = nullptr;
    int size = 0;
    const int method = lws_http_get_uri_and_method(wsi, &path, &size);
    request.method = method_name(method);
    if (method >= 0 && path != nullptr) request.path.assign(path, static_cast<std::size_t>(size));
    read_query(wsi, request.query);
    read_known_headers(wsi, request.headers);
    read_signed_headers(wsi, request);
    return request;
}

std::string answer_head(const HttpAnswer& answer, bool with_body, bool chunked, bool close) {
    std::string head = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, reason_phrase(answer.status));
    for (const auto& [name, value] : answer.headers) head += fmt::format("{}: {}\r\n", name, value);
    if (chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (with_body)
        head += fmt::format("Content-Length: {}\r\n",
                            answer.body ? answer.length : static_cast<std::int64_t>(answer.text.size()));
    if (close) head += "Connection: close\r\n";
    return head += "\r\n";
}

}  // namespace pulse
