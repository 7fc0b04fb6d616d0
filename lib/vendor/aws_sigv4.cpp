#include "vendor/aws_sigv4.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "market/date.hpp"

namespace pulse {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t kDaySeconds = 86'400;

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

std::string digest(std::string_view text) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), out, &size, EVP_sha256(), nullptr) != 1)
        throw Error(Exit::kFailure, "OpenSSL refuses to compute SHA-256");
    return {reinterpret_cast<const char*>(out), size};
}

std::string keyed(std::string_view key, std::string_view text) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size) == nullptr)
        throw Error(Exit::kFailure, "OpenSSL refuses to compute HMAC-SHA-256");
    return {reinterpret_cast<const char*>(out), size};
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// Outer blanks go, inner runs become one.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

/// Sorted by name; several of one name are joined in their order.
std::map<std::string, std::string> canonical_headers(const NameValues& headers) {
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : headers) {
        const auto [at, added] = sorted.try_emplace(lower(name), squeezed(value));
        if (!added) at->second += "," + squeezed(value);
    }
    return sorted;
}

std::string canonical_query(const NameValues& query) {
    std::vector<std::pair<std::string, std::string>> encoded;
    for (const auto& [name, value] : query)
        encoded.emplace_back(aws_uri_encode(name, false), aws_uri_encode(value, false));
    std::sort(encoded.begin(), encoded.end());
    std::string out;
    for (const auto& [name, value] : encoded)
        out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
    return out;
}

std::string signed_names(const std::map<std::string, std::string>& headers) {
    std::string names;
    for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + name;
    return names;
}

std::string scope_text(const AwsScope& scope) {
    return fmt::format("{}/{}/{}/aws4_request", scope.date, scope.region, scope.service);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.emplace_back(text.substr(0, end));
        if (end == text.size()) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::string amz_date(std::int64_t unix_s) {
    const std::int64_t day =
        unix_s >= 0 ? unix_s / kDaySeconds : -((-unix_s + kDaySeconds - 1) / kDaySeconds);
    const std::int64_t second = unix_s - day * kDaySeconds;
    std::string date = date_text(static_cast<Day>(day));
    std::erase(date, '-');
    return fmt::format("{}T{:02}{:02}{:02}Z", date, second / 3600, second / 60 % 60, second % 60);
}

std::optional<std::int64_t> parse_amz_date(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    const auto day =
        parse_date(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)));
    const auto hour = digits(text.substr(9, 2));
    const auto minute = digits(text.substr(11, 2));
    const auto second = digits(text.substr(13, 2));
    if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::int64_t{*day} * kDaySeconds + std::int64_t{*hour} * 3600 + std::int64_t{*minute} * 60 +
           *second;
}

std::string aws_uri_encode(std::string_view text, bool keep_slashes) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && keep_slashes);
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string aws_signature(const AwsRequest& request, const AwsScope& scope, const Secret& secret) {
    const auto headers = canonical_headers(request.headers);
    std::string canonical = fmt::format("{}\n{}\n{}\n", request.method, aws_uri_encode(request.path, true),
                                        canonical_query(request.query));
    for (const auto& [name, value] : headers) canonical += fmt::format("{}:{}\n", name, value);
    canonical += fmt::format("\n{}\n{}", signed_names(headers), request.payload_hash);

    const auto date = headers.find("x-amz-date");
    const std::string to_sign =
        fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date == headers.end() ? "" : date->second,
                    scope_text(scope), hex(digest(canonical)));
    std::string key = keyed("AWS4" + secret.reveal(), scope.date);
    for (const std::string_view part :
         {std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")})
        key = keyed(key, part);
    return hex(keyed(key, to_sign));
}

std::string aws_authorization(const AwsRequest& request, const AwsScope& scope, const Secret& secret) {
    return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm, scope.key_id,
                       scope_text(scope), signed_names(canonical_headers(request.headers)),
                       aws_signature(request, scope, secret));
}

std::optional<AwsAuthorization> parse_aws_authorization(std::string_view value) {
    if (!value.starts_with(kAlgorithm) || value.size() == kAlgorithm.size() ||
        value[kAlgorithm.size()] != ' ')
        return std::nullopt;
    std::map<std::string, std::string> fields;
    for (const std::string& part : split(value.substr(kAlgorithm.size()), ',')) {
        const std::string field = squeezed(part);
        const std::size_t equals = std::min(field.find('='), field.size());
        fields[field.substr(0, equals)] = field.substr(std::min(equals + 1, field.size()));
    }
    const std::vector<std::string> credential = split(fields["Credential"], '/');
    if (credential.size() != 5 || credential[4] != "aws4_request" || fields["SignedHeaders"].empty() ||
        fields["Signature"].empty())
        return std::nullopt;
    return AwsAuthorization{{credential[0], credential[1], credential[2], credential[3]},
                            split(fields["SignedHeaders"], ';'),
                            fields["Signature"]};
}

bool same_signature(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::vector<std::string> s3_get_headers(std::string_view host, std::string_view path, const NameValues& more,
                                        const std::string& key_id, const Secret& secret,
                                        std::int64_t unix_s) {
    const std::string date = amz_date(unix_s);
    AwsRequest request;
    request.path = path;
    request.headers = more;
    request.headers.emplace_back("x-amz-content-sha256", kEmptyPayloadHash);
    request.headers.emplace_back("x-amz-date", date);
    std::vector<std::string> lines;
    for (const auto& [name, value] : request.headers) lines.push_back(fmt::format("{}: {}", name, value));
    request.headers.emplace_back("host", host);
    lines.push_back("Authorization: " + aws_authorization(request, {key_id, date.substr(0, 8)}, secret));
    return lines;
}

}  // namespace pulse
