#pragma once

#include <string>

namespace pulse {

enum class AddressFamily { kV4, kV6 };

/// Checks that a server could listen on `host`, a numeric IPv4 or IPv6 address of this machine. libwebsockets
/// must not be asked otherwise: it opens ALL interfaces when it can't use the one it was given, and says
/// nothing (seen with 4.1.6). Throws Error(kUsage) when the text is no address, Error(kUnavailable) when the
/// address isn't of this machine.
AddressFamily check_listen_address(const std::string& host);

}  // namespace pulse
