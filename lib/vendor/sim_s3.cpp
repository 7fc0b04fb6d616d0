#include "vendor/sim_s3.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "vendor/aws_sigv4.hpp"
#include "vendor/sim_query.hpp"

namespace pulse {

namespace {

constexpr std::string_view kBucket = "/flatfiles";
constexpr std::string_view kTrades = "/flatfiles/us_options_opra/trades_v1/";
constexpr std::int64_t kMaxSkewMs = std::int64_t{15} * 60 * 1000;

// The date of a trades file's path, or nothing.
std::optional<Day> date_of(std::string_view path) {
    if (!path.starts_with(kTrades)) return std::nullopt;
    path.remove_prefix(kTrades.size());
    if (path.size() != 25 || !path.ends_with(".csv.gz")) return std::nullopt;
    const auto day = parse_date(path.substr(8, 10));
    if (!day || path.substr(0, 8) != fmt::format("{}/{}/", path.substr(8, 4), path.substr(13, 2)))
        return std::nullopt;
    return day;
}

std::string http_date(std::int64_t unix_ms) {
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::int64_t seconds = unix_ms / 1000;
    const Day day = static_cast<Day>(seconds / 86'400);
    const auto date = civil_from_day(day);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday_of(day)],
                       static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

bool names_etag(std::string_view list, std::string_view etag) {
    return list == "*" || list.find(etag) != list.npos;
}

struct Part {
    std::uint64_t first = 0, count = 0;
    bool whole = true;
};

// One range of bytes, or the whole file when there is none that we know (several are too rare to care).
// Nothing: it starts behind the end.
std::optional<Part> part_of(std::string_view range, std::uint64_t size) {
    const Part whole{0, size, true};
    if (!range.starts_with("bytes=")) return whole;
    range.remove_prefix(6);
    const auto dash = range.find('-');
    if (dash == range.npos) return whole;
    const auto from = sim_number(range.substr(0, dash)), to = sim_number(range.substr(dash + 1));
    if (dash == 0 && to) {
        const auto count = std::min(static_cast<std::uint64_t>(*to), size);
        if (count == 0) return std::nullopt;
        return Part{size - count, count, false};
    }
    if (!from || (!to && dash + 1 < range.size()) || (to && *to < *from)) return whole;
    const auto first = static_cast<std::uint64_t>(*from);
    if (first >= size) return std::nullopt;
    const auto last = to ? std::min(static_cast<std::uint64_t>(*to), size - 1) : size - 1;
    return Part{first, last - first + 1, false};
}

bool signature_fits(const HttpRequest& request, const AwsAuthorization& claim, const Secret& secret) {
    AwsRequest signed_part;
    signed_part.method = request.method;
    signed_part.path = request.path;
    signed_part.query = request.query;
    for (const auto& name : claim.signed_headers)
        signed_part.headers.emplace_back(name, std::string(request.header(name)));
    signed_part.payload_hash = request.header("x-amz-content-sha256");
    return same_signature(aws_signature(signed_part, claim.scope, secret), claim.signature);
}

}  // namespace

HttpAnswer s3_error(int status, std::string_view code, std::string_view message, const HttpRequest& request) {
    HttpAnswer answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/xml"}};
    answer.text = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>"
        "<RequestId>{:016X}</RequestId></Error>",
        code, message, request.number);
    return answer;
}

bool SimS3::wants(std::string_view path) {
    return path == kBucket || path.starts_with("/flatfiles/");
}

std::optional<HttpAnswer> SimS3::refuse(const HttpRequest& request, std::int64_t wall_ms) const {
    const auto error = [&](int status, std::string_view code, std::string_view message) {
        return std::optional(s3_error(status, code, message, request));
    };
    const auto authorization = request.header("authorization");
    if (authorization.empty()) return error(403, "AccessDenied", "Access Denied");
    const auto claim = parse_aws_authorization(authorization);
    const auto& names = claim ? claim->signed_headers : std::vector<std::string>();
    const auto time = parse_amz_date(request.header("x-amz-date"));
    if (!claim || std::find(names.begin(), names.end(), "host") == names.end())
        return error(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.");
    if (!time)
        return error(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
    if (request.header("x-amz-content-sha256").empty())
        return error(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
    if (std::abs(*time * 1000 - wall_ms) > kMaxSkewMs)
        return error(403, "RequestTimeTooSkewed",
                     "The difference between the request time and the current time is too large.");
    if (!credentials_) return std::nullopt;
    if (claim->scope.key_id != credentials_->key_id)
        return error(403, "InvalidAccessKeyId",
                     "The AWS Access Key Id you provided does not exist in our records.");
    const bool dated = request.header("x-amz-date").starts_with(claim->scope.date);
    if (!dated || !signature_fits(request, *claim, credentials_->secret))
        return error(
            403, "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key "
            "and signing method.");
    return std::nullopt;
}

std::optional<HttpAnswer> SimS3::answer(const HttpRequest& request, std::int64_t wall_ms) const {
    if (request.method != "GET" && request.method != "HEAD")
        return s3_error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.",
                        request);
    if (auto refusal = refuse(request, wall_ms)) return refusal;
    const auto date = date_of(request.path);
    S3Files::File file;
    const auto state = date ? files_.find(*date, file) : S3Files::State::kMissing;
    if (state == S3Files::State::kPending) return std::nullopt;
    if (state == S3Files::State::kMissing)
        return s3_error(404, "NoSuchKey", "The specified key does not exist.", request);

    HttpAnswer answer;
    answer.headers = {{"ETag", file.etag},
                      {"Last-Modified", http_date(file.modified_ms)},
                      {"Accept-Ranges", "bytes"},
                      {"Content-Type", "application/gzip"}};
    if (const auto wanted = request.header("if-match"); !wanted.empty() && !names_etag(wanted, file.etag))
        return s3_error(412, "PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold", request);
    if (const auto known = request.header("if-none-match"); !known.empty() && names_etag(known, file.etag)) {
        answer.status = 304;
        return answer;
    }
    const auto part = part_of(request.header("range"), file.size);
    if (!part) return s3_error(416, "InvalidRange", "The requested range is not satisfiable", request);
    if (!part->whole) {
        answer.status = 206;
        answer.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", part->first,
                                                                 part->first + part->count - 1, file.size));
    }
    answer.length = static_cast<std::int64_t>(part->count);
    answer.body = files_.read(*date, part->first, part->count);
    return answer;
}

}  // namespace pulse
