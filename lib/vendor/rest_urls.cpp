#include "vendor/rest_urls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"

namespace pulse {

namespace {

constexpr std::array<std::string_view, 2> kVendorHosts = {"api.polygon.io", "api.massive.com"};
constexpr std::int64_t kNsPerMs = 1'000'000;

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// An absolute http(s) address in parts; what is wrong with it otherwise.
struct HttpUrl {
    std::string scheme;     ///< lower case
    std::string host;       ///< lower case, an IPv6 address with its brackets
    unsigned port = 0;      ///< the scheme's own when none is given
    bool own_port = false;  ///< a port is given
    std::string_view rest;  ///< path, query and fragment as they came
    std::string_view wrong;
};

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_host(std::string_view host) {
    const bool address = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (address) host = host.substr(1, host.size() - 2);
    return !host.empty() && std::ranges::all_of(host, [address](char c) {
        return is_letter_or_digit(c) || c == '.' || (address ? c == ':' : c == '-' || c == '_');
    });
}

std::string_view take_authority(std::string_view authority, HttpUrl& url) {
    if (authority.find('@') != std::string_view::npos) return "no user name or password may stand in it";
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return "the address has no closing ]";
    const std::size_t colon = std::min(authority.find(':', bracket), authority.size());
    url.host = lower_case(authority.substr(0, colon));
    if (!is_host(url.host)) return url.host.empty() ? "the host is missing" : "that is no host name";
    if (colon == authority.size()) return {};
    const std::string_view port = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0 || url.port > 65'535)
        return "the port must be 1 to 65535";
    url.own_port = true;
    return {};
}

HttpUrl parse_http_url(std::string_view text) {
    HttpUrl url;
    const std::size_t colon = text.find("://");
    if (colon != std::string_view::npos) url.scheme = lower_case(text.substr(0, colon));
    if (url.scheme != "http" && url.scheme != "https") {
        url.wrong = "it must begin with https:// or http://";
        return url;
    }
    if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; })) {
        url.wrong = "blanks, control characters and letters outside of ASCII must be written as %XX";
        return url;
    }
    url.port = url.scheme == "https" ? 443 : 80;
    const std::string_view behind = text.substr(colon + 3);
    const std::size_t slash = std::min(behind.find_first_of("/?#\\"), behind.size());
    url.rest = behind.substr(slash);
    url.wrong = take_authority(behind.substr(0, slash), url);
    return url;
}

std::string authority_text(const HttpUrl& url) {
    return url.own_port ? fmt::format("{}:{}", url.host, url.port) : url.host;
}

// Ticker and symbols go into paths and queries. The colon of O:… is legal in both, and the vendor's own
// clients send it as it is; class shares (BRK.B, LGF/A) bring the rest.
std::string encoded(std::string_view text) {
    static constexpr std::string_view kPlain = "-._~:";
    std::string out;
    for (const char c : text) {
        if (is_letter_or_digit(c) || kPlain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

std::int64_t unix_ns(std::int64_t ms) {
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(ms, kNsPerMs, &ns)) return ms < 0 ? INT64_MIN : INT64_MAX;
    return ns;
}

[[noreturn]] void bad_next_url(std::string_view what, std::string_view host) {
    throw Error(
        Exit::kFailure,
        fmt::format("the vendor's next_url {}{}; the key isn't sent there and nothing behind that page "
                    "was fetched: report it to the vendor, or try again",
                    what, host));
}

}  // namespace

std::string rest_base(std::string_view text, std::string_view example) {
    const HttpUrl url = parse_http_url(text);
    const auto refuse = [&](std::string_view what) {
        // Credentials must not be repeated, so the text isn't.
        throw Error(Exit::kUsage,
                    fmt::format("the base url is no use: {}; give something like {}", what, example));
    };
    if (!url.wrong.empty()) refuse(url.wrong);
    if (url.rest.find_first_of("?#") != std::string_view::npos)
        refuse("it may have no query and no fragment");
    if (url.rest.find('\\') != std::string_view::npos) refuse("a backslash has no place in it");
    const std::string_view path = url.rest.substr(0, url.rest.find_last_not_of('/') + 1);
    return fmt::format("{}://{}{}", url.scheme, authority_text(url), path);
}

std::string contracts_url(std::string_view base, const ContractsQuery& query) {
    std::string url = fmt::format(
        "{}/v3/reference/options/contracts?underlying_ticker={}&expired={}&expiration_date.gte={}", base,
        encoded(query.underlying), query.expired, date_text(query.first_expiry));
    if (query.last_expiry < kNoLastExpiry) url += "&expiration_date.lte=" + date_text(query.last_expiry);
    return url + "&order=asc&sort=expiration_date&limit=1000";
}

std::string trades_url(std::string_view base, std::string_view contract, std::int64_t begin_ms,
                       std::int64_t end_ms, unsigned limit) {
    return fmt::format("{}/v3/trades/{}?timestamp.gte={}&timestamp.lt={}&order=asc&sort=timestamp&limit={}",
                       base, encoded(contract), unix_ns(begin_ms), unix_ns(end_ms), limit);
}

std::string bars_url(std::string_view base, std::string_view ticker, Day first, Day last) {
    return fmt::format("{}/v2/aggs/ticker/{}/range/1/day/{}/{}?adjusted=true&sort=asc&limit=50000", base,
                       encoded(ticker), date_text(first), date_text(last));
}

std::string holidays_url(std::string_view base) {
    return fmt::format("{}/v1/marketstatus/upcoming", base);
}

std::string next_page_url(std::string_view base, std::string_view next_url) {
    const HttpUrl own = parse_http_url(base);
    const std::string origin = fmt::format("{}://{}", own.scheme, authority_text(own));
    const std::string_view prefix = own.rest;  // rest_base() has left no query in it
    std::string_view target = next_url;
    bool ours = true;
    if (!next_url.starts_with('/') || next_url.starts_with("//")) {
        const HttpUrl next = parse_http_url(next_url);
        if (!next.wrong.empty()) bad_next_url("is no address that can be used: ", next.wrong);
        ours = next.host == own.host && next.port == own.port;
        if (!ours && std::ranges::find(kVendorHosts, next.host) == kVendorHosts.end())
            bad_next_url("points to another host: ", next.host);
        target = next.rest;
    }
    target = target.substr(0, target.find('#'));
    if (!target.starts_with('/') ||
        std::ranges::any_of(target, [](char c) { return c <= ' ' || c > '~' || c == '\\'; }))
        bad_next_url("has no path that can be used", "");
    const bool has_prefix =
        ours && target.starts_with(prefix) && target.substr(prefix.size()).starts_with('/');
    return fmt::format("{}{}{}", origin, has_prefix ? "" : prefix, target);
}

}  // namespace pulse
