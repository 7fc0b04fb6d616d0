#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pulse::bus {

/// The addresses in a comma-separated list, without blanks around them; empty ones are left out.
std::vector<std::string> split_servers(std::string_view text);

/// True when an address carries a user, a password or a token (`nats://user:password@host`).
bool has_credentials(std::string_view address);

/// The addresses as people may see them: without credentials.
std::string shown_servers(const std::vector<std::string>& addresses);

/// True when an address asks for TLS (`tls://host`).
bool wants_tls(std::string_view address);

}  // namespace pulse::bus
