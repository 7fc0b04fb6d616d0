#include "net/http_head.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pulse {

namespace {

constexpr std::size_t kLongestMethod = 16;
constexpr std::size_t kMostHeaders = 100;
constexpr std::string_view kLineEnd = "\r\n";

bool is_token_char(char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_printable(char c) {
    return c > ' ' && c < '\x7f';
}

bool is_value_char(char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    const auto from = text.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

// A comma-separated header that names `wanted` (in lower case).
bool lists(std::string_view value, std::string_view wanted) {
    while (!value.empty()) {
        const auto comma = std::min(value.find(','), value.size());
        if (lower(trimmed(value.substr(0, comma))) == wanted) return true;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return false;
}

struct Refusal {
    int status = 0;
    std::string_view reason;
};

// `/path?query`, `http://host/path?query`, or `*` for OPTIONS.
Refusal take_target(std::string_view target, WebRequest& request) {
    if (!std::all_of(target.begin(), target.end(), is_printable) ||
        target.find('#') != std::string_view::npos)
        return {400, "the request's address has characters that must be percent-encoded"};
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (lower(target.substr(0, scheme.size())) != scheme) continue;
        target.remove_prefix(scheme.size());
        target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
        if (target.empty() || target.front() == '?') request.path = "/";
        break;
    }
    const auto mark = std::min(target.find('?'), target.size());
    if (request.path.empty()) request.path = target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
    if (request.path.starts_with('/') || (request.path == "*" && request.method == "OPTIONS")) return {};
    return {400, "the request's address must start with a slash"};
}

Refusal take_request_line(std::string_view line, HttpHead& head) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return {400, "the request line must be METHOD PATH HTTP/1.1"};
    const std::string_view method = line.substr(0, first);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method)) return {400, "the request's method is malformed"};
    if (version.size() != 8 || !version.starts_with("HTTP/"))
        return {400, "the request line must be METHOD PATH HTTP/1.1"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return {505, "only HTTP/1.1 is spoken here"};
    head.keep_alive = version == "HTTP/1.1";
    if (method.size() > kLongestMethod) return {501, "no such method"};
    head.request.method = method;
    return take_target(line.substr(first + 1, last - first - 1), head.request);
}

Refusal take_header(std::string_view line, WebRequest& request) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return {400, "a header line is malformed"};
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), is_value_char))
        return {400, "a header has a control character"};
    if (request.headers.size() == kMostHeaders) return {431, "too many headers"};
    request.headers.emplace_back(lower(line.substr(0, colon)), value);
    return {};
}

// What the headers mean for the connection.
Refusal judge_headers(HttpHead& head) {
    const bool is_1_1 = head.keep_alive;
    std::size_t hosts = 0;
    bool upgrade = false;
    bool websocket = false;
    for (const auto& [name, value] : head.request.headers) {
        if (name == "host") {
            ++hosts;
        } else if (name == "connection") {
            if (!is_1_1) head.keep_alive = head.keep_alive || lists(value, "keep-alive");
            if (lists(value, "close")) head.keep_alive = false;
            upgrade = upgrade || lists(value, "upgrade");
        } else if (name == "upgrade") {
            websocket = websocket || lists(value, "websocket");
        } else if (name == "transfer-encoding") {
            return {413, "requests with a body are not taken"};
        } else if (name == "content-length") {
            if (value.empty() || value.find_first_not_of("0123456789") != std::string::npos)
                return {400, "Content-Length must be a number"};
            if (value.find_first_not_of('0') != std::string::npos)
                return {413, "requests with a body are not taken"};
        }
    }
    if (hosts > 1 || (is_1_1 && hosts == 0)) return {400, "a request needs exactly one Host header"};
    if (upgrade && websocket) return {400, "there is no WebSocket here; live data are server-sent events"};
    return {};
}

Refusal take_head(std::string_view text, HttpHead& head) {
    text.remove_suffix(std::min(text.size(), kLineEnd.size()));  // the empty line
    bool first = true;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos || end == 0 || text[end - 1] != '\r')
            return {400, "lines must end with CR LF"};
        const std::string_view line = text.substr(0, end - 1);
        text.remove_prefix(end + 1);
        const Refusal refusal = first ? take_request_line(line, head) : take_header(line, head.request);
        if (refusal.status != 0) return refusal;
        first = false;
    }
    if (first) return {400, "the request is empty"};
    return judge_headers(head);
}

}  // namespace

std::string_view WebRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

// An empty line ends a head also where its lines end with a bare line feed: waiting for more would only delay
// the refusal.
std::size_t find_head_end(std::string_view bytes, std::size_t scanned) {
    std::size_t at = scanned > 3 ? scanned - 3 : 0;
    while ((at = bytes.find('\n', at)) != std::string_view::npos) {
        const std::string_view next = bytes.substr(at + 1, 2);
        if (next.starts_with('\n')) return at + 2;
        if (next == kLineEnd) return at + 3;
        ++at;
    }
    return std::string_view::npos;
}

HttpHead parse_http_head(std::string_view text) {
    HttpHead head;
    const Refusal refusal =
        text.ends_with(kLineEnd) ? take_head(text, head) : Refusal{400, "lines must end with CR LF"};
    head.refusal = refusal.status;
    head.reason = refusal.reason;
    if (head.refusal != 0) head.keep_alive = false;
    return head;
}

}  // namespace pulse
