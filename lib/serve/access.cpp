#include "serve/access.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <utility>

#include "base/error.hpp"
#include "serve/web_answer.hpp"

namespace pulse::serve {

namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLongestToken = 4096;

// What pages may do: only what this server delivers, and nothing inline.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::array<unsigned char, SHA256_DIGEST_LENGTH> digest(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
    return hash;
}

// Digests have one length, so the comparison tells nothing of the token's.
bool same_secret(std::string_view a, std::string_view b) {
    const auto left = digest(a);
    const auto right = digest(b);
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

Access::Access(std::optional<Secret> token, std::string cors_origin)
    : token_(std::move(token)), cors_origin_(std::move(cors_origin)) {}

bool Access::allows(const WebRequest& request) const {
    if (!token_) return true;
    constexpr std::string_view kScheme = "bearer ";
    std::string_view value = request.header("authorization");
    if (value.size() < kScheme.size()) return false;
    for (std::size_t i = 0; i < kScheme.size(); ++i)
        if ((static_cast<unsigned char>(value[i]) | 0x20U) != static_cast<unsigned char>(kScheme[i]))
            return false;
    value.remove_prefix(kScheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return same_secret(value, token_->reveal());
}

WebAnswer Access::unauthorized() {
    WebAnswer answer =
        error_answer(401, "unauthorized", "this server wants the header Authorization: Bearer TOKEN");
    answer.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"pulse\"");
    return answer;
}

bool Access::knows_origin(std::string_view origin) const {
    return !cors_origin_.empty() && (cors_origin_ == "*" || origin == cors_origin_);
}

WebAnswer Access::preflight(const WebRequest& request) const {
    WebAnswer answer;
    answer.status = 204;
    answer.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
    if (knows_origin(request.header("origin"))) {
        answer.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
        answer.headers.emplace_back("Access-Control-Allow-Headers",
                                    "Authorization, If-None-Match, Last-Event-ID");
        answer.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    add_headers(request, answer.headers);
    return answer;
}

void Access::add_headers(const WebRequest& request,
                         std::vector<std::pair<std::string, std::string>>& headers) const {
    headers.emplace_back("Content-Security-Policy", kContentPolicy);
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    headers.emplace_back("Referrer-Policy", "no-referrer");
    if (cors_origin_.empty()) {
        headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
        return;
    }
    if (cors_origin_ != "*") headers.emplace_back("Vary", "Origin");
    if (!knows_origin(request.header("origin"))) return;
    headers.emplace_back("Access-Control-Allow-Origin", cors_origin_);
    headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
}

void Access::finish(const WebRequest& request, WebAnswer& answer) const {
    if (const auto tag = request.header("if-none-match"); !tag.empty()) answer_unchanged(answer, tag);
    add_headers(request, answer.headers);
}

namespace {

// `origin` names where it came from, for the message.
Secret usable_token(Secret token, const std::string& origin) {
    const std::string& text = token.reveal();
    bool usable = text.size() >= kShortestToken && text.size() <= kLongestToken;
    for (const char c : text) usable = usable && c > ' ' && c <= '~';
    if (!usable)
        throw Error(Exit::kConfig,
                    origin +
                        " must hold the token in one line of at least 16 printable characters without "
                        "blanks; make one with: openssl rand -hex 32");
    return token;
}

}  // namespace

Secret read_token(const std::string& path) {
    return usable_token(secret_from_file("--auth-token-file", path), path);
}

std::optional<Secret> token_from_env() {
    auto token = secret_from_env("PULSE_AUTH_TOKEN");
    if (!token) return std::nullopt;
    return usable_token(std::move(*token),
                        env("PULSE_AUTH_TOKEN") ? "PULSE_AUTH_TOKEN" : "PULSE_AUTH_TOKEN_FILE");
}

}  // namespace pulse::serve
