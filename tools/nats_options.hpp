#pragma once

#include <string>

#include "bus/link_options.hpp"

namespace CLI {
class App;
}

namespace pulse {

/// The options that nats-put and nats-each share: --stream, and how to reach the server.
void declare_nats(CLI::App& app, bus::LinkOptions& link, std::string& stream, const std::string& stream_help);

/// For CLI::Option::check(): why the text is no name of a stream or consumer, or empty.
std::string check_nats_name(const std::string& name);

/// A paragraph for --help.
inline constexpr const char* kNatsServerHelp =
    "The server is --server, else NATS_URL (or the file named by NATS_URL_FILE), else nats://127.0.0.1:4222. "
    "A user and a\n"
    "password belong into NATS_URL or into a credentials file, never on the command line.\n";

}  // namespace pulse
