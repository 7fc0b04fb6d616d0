#pragma once

#include <string>

namespace pulse::bus {

/// How to reach NATS.
struct LinkOptions {
    std::string servers;           ///< comma list from the command line; empty: NATS_URL, then loopback
    std::string credentials_file;  ///< path of a .creds file, or empty
    std::string ca_file;           ///< PEM file of certificate authorities for tls://, or empty: the system's
    std::string tool;              ///< the connection's name at the server
    int max_retries = 30;          ///< attempts after the first, 0.25 to 5 s apart
};

}  // namespace pulse::bus
