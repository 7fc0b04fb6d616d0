// pulse-serve: the HTTP interface, the live stream and the dashboard over what pg-sink stored.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/cli.hpp"
#include "base/env.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "market/underlyings.hpp"
#include "net/listen_address.hpp"
#include "net/webhook_post.hpp"
#include "serve/access.hpp"
#include "serve/service.hpp"

namespace {

using namespace pulse;

struct Options {
    std::string listen;
    std::string auth_token_file;
    std::string cors_origin;
    std::string webhook;
    std::string webhook_ca_file;
    int webhook_cooldown = 30;
    std::string underlyings{kMag7};
    int connections = 4;
    int statement_timeout_ms = 3000;
    int connect_timeout_s = 5;
    int max_connections = 4096;
    int max_streams = 2000;
};

const ToolInfo kInfo{
    "pulse-serve", "Answers over HTTP what pg-sink stored: JSON, live events, a dashboard, health, metrics.",
    "The database is DATABASE_URL (or the file named by DATABASE_URL_FILE), else libpq's PG* variables; a "
    "role\n"
    "with SELECT is enough. With PORT set it listens on 0.0.0.0:$PORT unless --listen says otherwise.\n"
    "PULSE_AUTH_TOKEN (or the file named by PULSE_AUTH_TOKEN_FILE) does what --auth-token-file does.\n"
    "PULSE_WEBHOOK_URL is the environment's name for --webhook and keeps the address out of the process "
    "list; "
    "posts\n"
    "are signed with PULSE_WEBHOOK_SECRET (or the file named by PULSE_WEBHOOK_SECRET_FILE).\n\n"
    "Exit codes: 0 stopped politely, 2 usage, 69 the port is taken, 78 the token file or the webhook's "
    "settings "
    "can't be\n"
    "used.\n\n"
    "Examples:\n"
    "  pulse-serve &\n"
    "  curl 'http://127.0.0.1:8080/api/pulse/smart-money?limit=10'"};

void declare(CLI::App& app, Options& o) {
    app.add_option("--listen", o.listen,
                   "HOST:PORT to listen on; HOST is an address of this machine (default 127.0.0.1:8080)");
    app.add_option("--auth-token-file", o.auth_token_file,
                   "file with a token that callers of the interface must show as Authorization: Bearer TOKEN")
        ->type_name("FILE");
    app.add_option("--cors-origin", o.cors_origin,
                   "web origin whose pages may read the answers, such as https://desk.example; * for any");
    app.add_option(
           "--webhook", o.webhook,
           "https address that each new signal is posted to (default: PULSE_WEBHOOK_URL); http only on "
           "this machine")
        ->type_name("URL");
    app.add_option(
           "--webhook-cooldown", o.webhook_cooldown,
           "minutes of market time before a contract is posted again, and then only with more premium")
        ->check(CLI::Range(0, 1440))
        ->capture_default_str();
    app.add_option("--webhook-ca-file", o.webhook_ca_file,
                   "PEM file with the certificate authority of a receiver of your own")
        ->type_name("FILE");
    app.add_option("--underlyings", o.underlyings,
                   "the tickers that are watched: answers tell their coverage")
        ->capture_default_str();
    app.add_option("--connections", o.connections, "database sessions for questions")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--statement-timeout-ms", o.statement_timeout_ms, "longest a question may take")
        ->check(CLI::Range(10, 600'000))
        ->capture_default_str();
    app.add_option("--connect-timeout", o.connect_timeout_s,
                   "seconds one attempt to reach the database may take")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app.add_option("--max-connections", o.max_connections, "open connections at most")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--max-streams", o.max_streams, "open event streams at most")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
}

ListenAddress listen_address(const Options& o) {
    if (!o.listen.empty()) return parse_listen_address(o.listen);
    if (const auto port = env("PORT")) {
        try {
            return parse_listen_address("0.0.0.0:" + *port);
        } catch (const Error&) {
            throw Error(Exit::kConfig, "PORT must be a number from 0 to 65535");
        }
    }
    return {"127.0.0.1", 8080};
}

// An origin is a scheme, a host and perhaps a port: what browsers send, to the letter.
void check_origin(const std::string& origin) {
    if (origin.empty() || origin == "*") return;
    const auto scheme = origin.find("://");
    const bool usable = (origin.starts_with("http://") || origin.starts_with("https://")) &&
                        origin.size() > scheme + 3 && origin.find('/', scheme + 3) == std::string::npos &&
                        origin.find_first_of(" \t\r\n,;\"'") == std::string::npos;
    if (!usable)
        throw Error(Exit::kUsage,
                    "--cors-origin takes one origin without a path, such as https://desk.example, or *");
}

std::optional<WebhookTarget> webhook_target(const Options& o) {
    const auto read = [](const std::string& url, Exit exit, const char* name) {
        try {
            return parse_webhook_url(url);
        } catch (const std::invalid_argument& error) {
            throw Error(exit, fmt::format("{} {}", name, error.what()));
        }
    };
    if (!o.webhook.empty()) return read(o.webhook, Exit::kUsage, "--webhook");
    if (const auto url = env("PULSE_WEBHOOK_URL")) return read(*url, Exit::kConfig, "PULSE_WEBHOOK_URL");
    return std::nullopt;
}

std::optional<serve::WebhookSettings> webhook_settings(const Options& o) {
    auto target = webhook_target(o);
    if (!target) return std::nullopt;
    auto secret = secret_from_env("PULSE_WEBHOOK_SECRET");
    if (!secret)
        throw Error(Exit::kConfig,
                    "a webhook's posts are signed: put a secret that the receiver knows, too, into "
                    "PULSE_WEBHOOK_SECRET or into the file that PULSE_WEBHOOK_SECRET_FILE names; make one "
                    "with: openssl rand -hex 32");
    log::info("new signals are posted to {}", target->shown);
    return serve::WebhookSettings{.target = std::move(*target),
                                  .secret = std::move(*secret),
                                  .ca_file = o.webhook_ca_file,
                                  .cooldown_minutes = o.webhook_cooldown};
}

// What can be checked without the outside world; wrong values end with a usage error.
serve::ServiceOptions settings(const Options& o) {
    const auto [host, port] = listen_address(o);
    check_origin(o.cors_origin);
    const auto underlyings = Underlyings::parse(o.underlyings);
    if (underlyings.all())
        throw Error(Exit::kUsage, "--underlyings names the tickers whose coverage is told: ALL is none");
    serve::ServiceOptions settings;
    settings.http.host = host;
    settings.http.port = port;
    settings.http.max_connections = o.max_connections;
    settings.http.max_streams = o.max_streams;
    settings.connections = o.connections;
    settings.statement_timeout_ms = o.statement_timeout_ms;
    settings.cors_origin = o.cors_origin;
    settings.tickers = underlyings.roots();
    return settings;
}

Exit run(serve::ServiceOptions settings, const Options& o) {
    settings.database = store::database_from_env("pulse-serve", o.connect_timeout_s);
    settings.token =
        o.auth_token_file.empty() ? serve::token_from_env() : serve::read_token(o.auth_token_file);
    settings.webhook = webhook_settings(o);
    const std::string host = settings.http.host;
    const bool open = !settings.token && host != "127.0.0.1" && host != "::1";
    serve::Service service(std::move(settings));
    log::info("listening on http://{}:{}/", host.find(':') == std::string::npos ? host : "[" + host + "]",
              service.port());
    if (open)
        log::info(
            "everybody who reaches this port may ask: --auth-token-file or PULSE_AUTH_TOKEN makes callers "
            "show a token");
    service.run();
    return Exit::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::optional<serve::ServiceOptions> checked;
    return run_tool(
        argc, argv, kInfo,
        [&](CLI::App& app) {
            declare(app, options);
            app.callback([&] { checked = settings(options); });
        },
        [&] { return run(std::move(*checked), options); });
}
