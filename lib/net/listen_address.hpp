#pragma once

#include <string>
#include <string_view>

namespace pulse {

enum class AddressFamily { kV4, kV6 };

/// Checks that a server could listen on `host`, a numeric IPv4 or IPv6 address of this machine. libwebsockets
/// must not be asked otherwise: it opens ALL interfaces when it can't use the one it was given, and says
/// nothing (seen with 4.1.6). Throws Error(kUsage) when the text is no address, Error(kUnavailable) when the
/// address isn't of this machine.
AddressFamily check_listen_address(const std::string& host);

/// Where a server listens.
struct ListenAddress {
    std::string host;  ///< numeric address, IPv6 without brackets
    int port = 0;      ///< 0: any free one
};

/// Reads HOST:PORT, an IPv6 address in brackets: `127.0.0.1:8080`, `[::1]:0`; `localhost` is 127.0.0.1.
/// Throws Error(kUsage) saying what is wrong.
ListenAddress parse_listen_address(std::string_view text);

}  // namespace pulse
