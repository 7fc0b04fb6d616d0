#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "net/ws_client.hpp"

namespace pulse {

namespace {

[[noreturn]] void bad_url(std::string_view url, std::string_view what) {
    throw Error(
        Exit::kUsage,
        fmt::format("'{}' is no WebSocket url: {}; give something like wss://delayed.polygon.io/options", url,
                    what));
}

std::uint16_t parse_port(std::string_view text, std::string_view url) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0)
        bad_url(url, "the port must be 1 to 65535");
    return port;
}

// Cuts `HOST` or `[V6]` off the front of an authority; what is left is empty or `:PORT`.
std::string take_host(std::string_view& authority, std::string_view url) {
    std::size_t end = authority.find(':');
    std::size_t skip = 0;
    if (authority.starts_with('[')) {
        end = authority.find(']');
        if (end == std::string_view::npos) bad_url(url, "the address has no closing ]");
        skip = 1;
    }
    end = std::min(end, authority.size());
    std::string host(authority.substr(skip, end - skip));
    authority.remove_prefix(end + skip);
    return host;
}

}  // namespace

bool WsUrl::loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

WsUrl parse_ws_url(std::string_view url) {
    WsUrl out;
    std::string_view rest = url;
    if (rest.starts_with("wss://")) {
        rest.remove_prefix(6);
    } else if (rest.starts_with("ws://")) {
        rest.remove_prefix(5);
        out.tls = false;
        out.port = 80;
    } else {
        bad_url(url, "it must begin with wss:// or ws://");
    }
    const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, slash);
    out.path = rest.substr(slash);
    if (!out.path.starts_with('/')) out.path.insert(0, "/");
    if (authority.find('@') != std::string_view::npos)
        bad_url(url.substr(0, url.find(':')), "no user name or password may stand in it");
    out.host = take_host(authority, url);
    if (out.host.empty()) bad_url(url, "the host is missing");
    if (!authority.empty()) {
        if (authority.front() != ':') bad_url(url, "only :PORT may follow the address");
        out.port = parse_port(authority.substr(1), url);
    }
    return out;
}

}  // namespace pulse
