#include "net/listen_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <algorithm>
#include <charconv>
#include "base/error.hpp"
#include "base/fd.hpp"

namespace pulse {

namespace {

// Binding to port 0 takes nothing away from anybody.
template <typename SocketAddress>
void require_bindable(const std::string& host, int family, const SocketAddress& address) {
    const UniqueFd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // The socket interface's own way of passing any kind of address.
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (!fd || bind(fd.get(), generic, sizeof address) != 0)
        throw Error(Exit::kUnavailable, fmt::format("can't listen on {}: {}; give an address of this machine",
                                                    host, std::strerror(errno)));
}

}  // namespace

AddressFamily check_listen_address(const std::string& host) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        require_bindable(host, AF_INET, v4);
        return AddressFamily::kV4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        require_bindable(host, AF_INET6, v6);
        return AddressFamily::kV6;
    }
    throw Error(Exit::kUsage,
                fmt::format("'{}' is no IPv4 or IPv6 address to listen on, such as 127.0.0.1", host));
}

ListenAddress parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const std::string_view digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    std::string_view host = text.substr(0, std::min(colon, text.size()));
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    int port = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool ok = !digits.empty() && error == std::errc() && end == digits.data() + digits.size() &&
                    port >= 0 && port <= 65'535 && !host.empty() &&
                    bracketed == (host.find(':') != std::string_view::npos);
    if (!ok)
        throw Error(Exit::kUsage,
                    fmt::format("can't listen on '{}': give HOST:PORT, such as 127.0.0.1:8080 or "
                                "[::1]:8080",
                                text.substr(0, 80)));
    return {host == "localhost" ? "127.0.0.1" : std::string(host), port};
}

}  // namespace pulse
