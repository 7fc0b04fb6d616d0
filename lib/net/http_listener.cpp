#include "net/http_listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace pulse {

namespace {

// A peer that vanished without a word is noticed after about that long.
constexpr int kKeepAliveSeconds = 60;
constexpr int kUnansweredMs = 30'000;
// What the system keeps for a client that reads slowly (it takes twice this). By itself it would keep
// megabytes each, and call a client stuck that reads less than a third of them within the write timeout.
constexpr int kSendBuffer = 128 << 10;

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    int family = AF_UNSPEC;

    // The socket interface's own way of passing any kind of address.
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address parse_address(const std::string& host, int port) {
    Address address;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(static_cast<std::uint16_t>(port));
        address.size = sizeof v4;
        std::memcpy(&address.storage, &v4, sizeof v4);
        address.family = AF_INET;
    } else if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(static_cast<std::uint16_t>(port));
        address.size = sizeof v6;
        std::memcpy(&address.storage, &v6, sizeof v6);
        address.family = AF_INET6;
    } else {
        throw Error(Exit::kUsage,
                    fmt::format("'{}' is no IPv4 or IPv6 address to listen on, such as 127.0.0.1", host));
    }
    return address;
}

void set_option(int fd, int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
}

[[noreturn]] void refuse(const std::string& host, int port) {
    const int error = errno;
    throw Error(Exit::kUnavailable,
                fmt::format("can't listen on {} port {}: {}; {}", host, port, std::strerror(error),
                            error == EADDRINUSE ? "another program has it: choose another port"
                                                : "give an address and a port that this machine has free"));
}

UniqueFd reserve() {
    return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

HttpListener::HttpListener(const std::string& host, int port) : reserve_(reserve()) {
    if (port < 0 || port > 65'535) throw Error(Exit::kUsage, fmt::format("{} is no port", port));
    Address address = parse_address(host, port);
    fd_ = UniqueFd(::socket(address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_) refuse(host, port);
    set_option(fd_.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(fd_.get(), SOL_SOCKET, SO_SNDBUF, kSendBuffer);  // connections inherit it
    if (address.family == AF_INET6) set_option(fd_.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (::bind(fd_.get(), address.generic(), address.size) != 0 || ::listen(fd_.get(), SOMAXCONN) != 0)
        refuse(host, port);
    if (::getsockname(fd_.get(), address.generic(), &address.size) != 0) refuse(host, port);
    // The port stands at the same place in both families.
    port_ = ntohs(reinterpret_cast<const sockaddr_in*>(address.generic())->sin_port);
}

UniqueFd HttpListener::accept() {
    if (!fd_) return {};
    UniqueFd connection(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection && (errno == EMFILE || errno == ENFILE)) {
        reserve_.reset();
        while (UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC))) {
        }
        reserve_ = reserve();
        return {};
    }
    if (!connection) return {};
    set_option(connection.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(connection.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(connection.get(), IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveSeconds);
    set_option(connection.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kUnansweredMs);
    return connection;
}

void HttpListener::close() {
    // Also for the copy that the event loop holds until its next turn.
    if (fd_) ::shutdown(fd_.get(), SHUT_RDWR);
    fd_.reset();
}

FdLimit::FdLimit(rlim_t wanted) {
    if (::getrlimit(RLIMIT_NOFILE, &before_) != 0)
        throw Error(Exit::kFailure, "can't read the limit of open files");
    value_ = before_.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, before_.rlim_max);
    rlimit limit = before_;
    limit.rlim_cur = value_;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        throw Error(Exit::kFailure, fmt::format("can't set the limit of open files to {}", value_));
}

FdLimit::~FdLimit() {
    rlimit limit = before_;
    if (limit.rlim_cur != RLIM_INFINITY) limit.rlim_cur = std::max(limit.rlim_cur, value_);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace pulse
