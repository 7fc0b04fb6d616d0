#include "net/listen_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

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

}  // namespace pulse
