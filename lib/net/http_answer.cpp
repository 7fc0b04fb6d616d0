// Heads of answers.
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "net/http_head.hpp"

namespace pulse {

namespace {

// `Fri, 05 Dec 2025 15:30:20 GMT`, in English whatever the locale.
std::string http_date(std::time_t now) {
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                       kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                       kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                       utc.tm_min, utc.tm_sec);
}

void append_value(std::string& out, std::string_view value) {
    for (const char c : value) out += (c >= '\0' && c < ' ') || c == '\x7f' ? ' ' : c;
}

std::string_view error_code(int status) {
    switch (status) {
        case 404:
            return "not_found";
        case 405:
            return "method_not_allowed";
        case 408:
            return "timeout";
        case 413:
        case 431:
            return "too_large";
        case 501:
            return "not_implemented";
        case 503:
            return "busy";
        default:
            return "bad_request";
    }
}

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 416:
            return "Range Not Satisfiable";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Internal Server Error";
    }
}

bool may_have_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

std::string web_answer_head(const WebAnswer& answer, bool keep_alive, bool streamed) {
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status,
                                   reason_phrase(answer.status), http_date(std::time(nullptr)));
    for (const auto& [name, value] : answer.headers) {
        head += name;
        head += ": ";
        append_value(head, value);
        head += "\r\n";
    }
    if (!streamed && may_have_body(answer.status))
        head += fmt::format("Content-Length: {}\r\n", answer.body ? answer.body->size() : 0);
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

WebAnswer refusal_answer(int status, std::string_view reason) {
    WebAnswer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/json"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
    if (status == 503) answer.headers.emplace_back("Retry-After", "5");
    answer.body = std::make_shared<std::string>(
        fmt::format(R"({{"error":{{"code":"{}","message":"{}"}}}})", error_code(status), reason));
    return answer;
}

}  // namespace pulse
