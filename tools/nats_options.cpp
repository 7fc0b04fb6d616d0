#include "nats_options.hpp"

#include <CLI/CLI.hpp>

#include "bus/route.hpp"
#include "bus/servers.hpp"

namespace pulse {

namespace {

std::string check_servers(const std::string& servers) {
    return bus::has_credentials(servers) ? "credentials are not accepted on the command line: use NATS_URL"
                                         : "";
}

}  // namespace

std::string check_nats_name(const std::string& name) {
    return bus::valid_name(name) ? "" : "1 to 64 letters, digits, - and _ are wanted, not " + name;
}

void declare_nats(CLI::App& app, bus::LinkOptions& link, std::string& stream,
                  const std::string& stream_help) {
    app.add_option("--server", link.servers, "address of NATS, or several with commas: nats://HOST:PORT")
        ->check(check_servers)
        ->type_name("URL");
    app.add_option("--stream", stream, stream_help)
        ->check(check_nats_name)
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--creds", link.credentials_file, "credentials file of a user")
        ->envname("NATS_CREDS")
        ->type_name("FILE");
    app.add_option("--ca-file", link.ca_file, "certificate authorities to trust for tls:// addresses")
        ->envname("NATS_CA_FILE")
        ->type_name("FILE");
    app.add_option("--max-retries", link.max_retries,
                   "attempts to reach NATS after the first, 0.25 s to 5 s apart (30: about 2 minutes)")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
}

}  // namespace pulse
