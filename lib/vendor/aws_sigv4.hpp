#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/env.hpp"

namespace pulse {

/// AWS Signature Version 4 in the Authorization header, as S3 wants it
/// (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). Pure: the time comes in as text.

/// SHA-256 of a body that isn't there: what a GET says in x-amz-content-sha256.
inline constexpr std::string_view kEmptyPayloadHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

using NameValues = std::vector<std::pair<std::string, std::string>>;

/// What is signed of a request.
struct AwsRequest {
    std::string method = "GET";
    std::string path;    ///< not percent-encoded, starts with a slash: `/flatfiles/a file.csv`
    NameValues query;    ///< not percent-encoded, any order
    NameValues headers;  ///< the signed ones, names in any case and order; must hold host and x-amz-date
    std::string payload_hash{kEmptyPayloadHash};  ///< the value of x-amz-content-sha256
};

/// Which key signs, and what for.
struct AwsScope {
    std::string key_id;
    std::string date;  ///< YYYYMMDD in UTC, the beginning of x-amz-date
    std::string region = "us-east-1";
    std::string service = "s3";
};

/// What an Authorization header claims.
struct AwsAuthorization {
    AwsScope scope;
    std::vector<std::string> signed_headers;  ///< lower case, as sent
    std::string signature;                    ///< lower-case hex
};

/// `20261120T153000Z`, for x-amz-date. Seconds since 1970.
std::string amz_date(std::int64_t unix_s);
/// The opposite; nothing when the text isn't of that form.
std::optional<std::int64_t> parse_amz_date(std::string_view text);

/// Percent-encodes all but letters, digits and `-._~`; slashes stay when asked for.
std::string aws_uri_encode(std::string_view text, bool keep_slashes);

/// The signature alone, lower-case hex. Throws Error(kFailure) when OpenSSL refuses.
std::string aws_signature(const AwsRequest& request, const AwsScope& scope, const Secret& secret);

/// The Authorization header's value.
std::string aws_authorization(const AwsRequest& request, const AwsScope& scope, const Secret& secret);

/// Takes an Authorization header's value apart; nothing when it isn't of this kind or incomplete. To verify a
/// request: put exactly the headers it names into an AwsRequest, sign that, and compare with
/// same_signature().
std::optional<AwsAuthorization> parse_aws_authorization(std::string_view value);

/// Compares without telling by its duration where the difference is.
bool same_signature(std::string_view a, std::string_view b);

/// All header lines (`Name: value`) of a signed GET besides Host: x-amz-date, x-amz-content-sha256,
/// Authorization and `more` (signed as well). `host` as it goes into Host, with a port that isn't the
/// scheme's own.
std::vector<std::string> s3_get_headers(std::string_view host, std::string_view path, const NameValues& more,
                                        const std::string& key_id, const Secret& secret, std::int64_t unix_s);

}  // namespace pulse
