#include "vendor/sim_http_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "vendor/sim_s3.hpp"
#include "vendor/ws_peer.hpp"

namespace pulse {

namespace {

using Kind = SimHttpFault::Kind;

enum class Argument { kNone, kOptionalMs, kOptionalText };

struct Known {
    std::string_view name;
    Kind kind;
    Argument argument = Argument::kNone;
};

constexpr std::array kKnown{
    Known{"429", Kind::kThrottled, Argument::kOptionalText},
    Known{"429-empty", Kind::kThrottledEmpty},
    Known{"500", Kind::kServerError},
    Known{"503", Kind::kUnavailable},
    Known{"html", Kind::kHtml},
    Known{"truncate", Kind::kTruncate},
    Known{"stall", Kind::kStall, Argument::kOptionalMs},
    Known{"no-results", Kind::kNoResults},
    Known{"other-host", Kind::kOtherHost},
    Known{"loop", Kind::kLoop},
    Known{"garbage", Kind::kGarbage},
    Known{"401", Kind::kUnauthorized},
    Known{"403", Kind::kForbidden},
    Known{"delayed", Kind::kDelayed},
};

constexpr std::string_view kMark = "http/";
constexpr std::int64_t kLongestMs = 86'400'000;

[[noreturn]] void refuse(std::string_view entry, std::string_view why) {
    throw Error(
        Exit::kUsage,
        fmt::format("--faults: '{}': {}; the form is http/N:FAULT[:ARG], see polygon-sim serve --help", entry,
                    why));
}

// Cuts `text` at the first `separator`: returns what is before, keeps what is after.
std::string_view cut(std::string_view& text, char separator) {
    const auto at = std::min(text.find(separator), text.size());
    const auto head = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return head;
}

void take_requests(SimHttpFault& fault, std::string_view entry, std::string_view span) {
    if (span == "*") {
        fault.last = UINT64_MAX;
        return;
    }
    const bool one = span.find('-') == span.npos;
    const auto first = sim_number(cut(span, '-'));
    const auto last = one ? first : sim_number(span);
    if (!first || !last || *first < 1 || *last < *first)
        refuse(entry, "the requests are N, N-M or *, from 1");
    fault.first = static_cast<std::uint64_t>(*first);
    fault.last = static_cast<std::uint64_t>(*last);
}

SimHttpFault parse_entry(std::string_view entry) {
    SimHttpFault fault;
    std::string_view rest = entry.substr(kMark.size());
    take_requests(fault, entry, cut(rest, ':'));
    const auto name = cut(rest, ':');
    const auto* known =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.name == name; });
    if (known == kKnown.end()) refuse(entry, fmt::format("unknown fault '{}'", name));
    fault.kind = known->kind;
    if (known->argument == Argument::kNone && !rest.empty()) refuse(entry, "this fault takes no argument");
    if (known->argument == Argument::kOptionalText) fault.text = rest;
    if (known->argument == Argument::kOptionalMs) {
        const auto ms = rest.empty() ? std::optional(kNever) : sim_number(rest);
        if (!ms || (!rest.empty() && *ms > kLongestMs)) refuse(entry, "needs milliseconds, 0 to 86400000");
        fault.ms = *ms;
    }
    return fault;
}

HttpAnswer error_answer(int status, const HttpRequest& request) {
    if (!SimS3::wants(request.path)) return sim_rest_error(status, request);
    if (status == 401 || status == 403) return s3_error(403, "AccessDenied", "Access Denied", request);
    if (status == 500)
        return s3_error(500, "InternalError", "We encountered an internal error. Please try again.", request);
    return s3_error(status, "SlowDown", "Please reduce your request rate.", request);
}

HttpAnswer plain_answer(int status, std::string_view type, std::string text) {
    HttpAnswer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", std::string(type)}};
    answer.text = std::move(text);
    return answer;
}

}  // namespace

std::vector<SimHttpFault> parse_http_faults(std::string_view spec) {
    std::vector<SimHttpFault> faults;
    while (!spec.empty())
        if (const auto entry = cut(spec, ','); entry.starts_with(kMark)) faults.push_back(parse_entry(entry));
    return faults;
}

const SimHttpFault* http_fault_of(const std::vector<SimHttpFault>& all, std::uint64_t request) {
    const auto hit = std::find_if(all.begin(), all.end(), [&](const SimHttpFault& fault) {
        return request >= fault.first && request <= fault.last;
    });
    return hit == all.end() ? nullptr : &*hit;
}

std::optional<HttpAnswer> http_fault_answer(const SimHttpFault& fault, const HttpRequest& request) {
    switch (fault.kind) {
        case Kind::kThrottled: {
            auto answer = error_answer(429, request);
            if (!fault.text.empty()) answer.headers.emplace_back("Retry-After", fault.text);
            return answer;
        }
        case Kind::kThrottledEmpty:
            return plain_answer(429, "text/plain", "");
        case Kind::kServerError:
            return error_answer(500, request);
        case Kind::kUnavailable:
            return error_answer(503, request);
        case Kind::kHtml:
            return plain_answer(
                502, "text/html",
                "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
                "Gateway</h1></center>\r\n</body>\r\n</html>\r\n");
        case Kind::kGarbage:
            return plain_answer(200, "application/json", R"({"results":[{"exchange":302,"price":,"size")");
        case Kind::kUnauthorized:
            return error_answer(401, request);
        case Kind::kForbidden:
            return error_answer(403, request);
        default:
            return std::nullopt;
    }
}

SimTwist http_fault_twist(const SimHttpFault& fault) {
    SimTwist twist;
    twist.no_results = fault.kind == Kind::kNoResults;
    twist.delayed = fault.kind == Kind::kDelayed;
    if (fault.kind == Kind::kOtherHost) twist.next = SimTwist::Next::kOtherHost;
    if (fault.kind == Kind::kLoop) twist.next = SimTwist::Next::kLoop;
    return twist;
}

void http_fault_apply(const SimHttpFault& fault, HttpAnswer& answer) {
    if (fault.kind != Kind::kTruncate && fault.kind != Kind::kStall) return;
    if (answer.length < 0 || fault.kind == Kind::kStall)
        materialize(answer);  // a stalled one goes on from its middle
    answer.ending = fault.kind == Kind::kTruncate ? HttpEnding::kDrop : HttpEnding::kStall;
    answer.stall_ms = fault.ms;
}

std::string_view http_faults_help() {
    return R"(HTTP faults, as http/N:FAULT[:ARG],… (N: request from 1 of any kind, N-M for several, * for all):
  429[:RETRY_AFTER]    too many requests; with that header when given
  429-empty            the same without a body
  500, 503, 401, 403   that status with the vendor's (or S3's) error body
  html                 502 with an HTML page
  truncate             half the body, then the connection drops
  stall[:MS]           half the body, the rest after MS, without MS never
  garbage              200 with JSON that is broken
  no-results           a page without results; next_url goes on at the same place, so nothing is lost
  other-host           next_url leads to another host
  loop                 next_url is the same page again
  delayed              status DELAYED instead of OK)";
}

}  // namespace pulse
