#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/cli.hpp"
#include "base/clock.hpp"
#include "base/env.hpp"
#include "net/live_stream.hpp"
#include "vendor/subscription.hpp"

namespace {

using namespace pulse;

struct Options {
    std::string url;
    std::string feed;
    std::string underlyings{kMag7};
    std::string subscribe = "auto";
    std::string ca_file;
    unsigned max_attempts = 0;
    unsigned stale_after_s = 60;
    unsigned buffer_mib = 32;
    unsigned spool_mib = 4096;
    std::string spool_dir;
    std::uint64_t count = 0;
    std::optional<int> metrics_port;
};

const ToolInfo kInfo{
    "polygon-stream",
    "Writes US option trades from the vendor's WebSocket to stdout, one JSON object a line.",
    "The key comes from POLYGON_API_KEY (or MASSIVE_API_KEY, or a file named by POLYGON_API_KEY_FILE).\n"
    "POLYGON_WS_URL and POLYGON_CA_FILE stand in for --url and --ca-file;\n"
    "POLYGON_WEBSOCKET_ENABLED=false makes it end at once with 0.\n\n"
    "Exit codes: 0 stopped politely or --count reached, 2 usage, 69 unreachable, 74 stdout failed,\n"
    "77 credentials refused, 78 no key.\n\n"
    "Examples:\n"
    "  polygon-stream | occ-filter | pg-sink\n"
    "  polygon-stream --feed realtime --underlyings AAPL,TSLA --count 100"};

void declare(CLI::App& app, Options& o) {
    app.add_option("--url", o.url, "socket to connect to (default wss://delayed.polygon.io/options)");
    app.add_option("--feed", o.feed, "shorthand for --url: delayed (15 minutes) or realtime")
        ->check(CLI::IsMember({"delayed", "realtime"}));
    app.add_option("--underlyings", o.underlyings, "option roots to write, or ALL; only exact roots match")
        ->capture_default_str();
    app.add_option("--subscribe", o.subscribe, "auto (all trades, selected here), or a list to send as given")
        ->capture_default_str();
    app.add_option("--ca-file", o.ca_file, "PEM file of a private certificate authority to trust as well")
        ->type_name("FILE");
    app.add_option("--max-attempts", o.max_attempts,
                   "give up after so many failed connections in a row, 0 = never")
        ->capture_default_str();
    app.add_option("--stale-after", o.stale_after_s,
                   "seconds without any sign of life before reconnecting, 0 = never")
        ->check(CLI::Range(0U, 86'400U))
        ->capture_default_str();
    app.add_option("--count", o.count, "stop after so many trades, 0 = never")->capture_default_str();
    app.add_option("--buffer-mib", o.buffer_mib, "memory for a slow reader before the spool file is used")
        ->check(CLI::Range(4U, 65'536U))
        ->capture_default_str();
    app.add_option("--spool-mib", o.spool_mib,
                   "largest spool file, 0 = none; what doesn't fit is lost and counted")
        ->check(CLI::Range(0U, 1U << 24))
        ->capture_default_str();
    app.add_option("--spool-dir", o.spool_dir,
                   "folder for the spool file (default: the system's temporary folder)")
        ->type_name("DIR");
    app.add_option("--metrics-port", o.metrics_port,
                   "serve Prometheus metrics on this port of 127.0.0.1, 0 = any free one")
        ->check(CLI::Range(0, 65'535));
}

std::string url_of(const Options& o) {
    if (!o.url.empty() && !o.feed.empty())
        throw Error(Exit::kUsage, "--feed is a shorthand for --url: give one of them");
    if (!o.url.empty()) return o.url;
    if (o.feed == "realtime") return "wss://socket.polygon.io/options";
    if (o.feed == "delayed") return "wss://delayed.polygon.io/options";
    return env("POLYGON_WS_URL").value_or("wss://delayed.polygon.io/options");
}

Secret key_from_env() {
    for (const char* name : {"POLYGON_API_KEY", "MASSIVE_API_KEY"})
        if (auto key = secret_from_env(name)) return *key;
    throw Error(Exit::kConfig,
                "no key: set POLYGON_API_KEY, or POLYGON_API_KEY_FILE to a file that holds it; to try "
                "without one, run "
                "polygon-sim and point --url at it");
}

// What can be checked without the outside world; wrong values end with a usage error.
LiveStreamOptions settings(const Options& o) {
    WsUrl url = parse_ws_url(url_of(o));
    const std::string host = url.host;
    const std::string subscriptions = o.subscribe == "auto" ? "T.*" : o.subscribe;
    if (subscriptions.find(' ') != std::string::npos || subscriptions.empty())
        throw Error(Exit::kUsage, "--subscribe takes a comma-separated list without blanks, such as T.*");
    const std::int64_t stale_ms = std::int64_t{o.stale_after_s} * 1000;
    return {{Underlyings::parse(o.underlyings), subscriptions, Secret(""), host,
             fmt::format("{:x}-{:x}", wall_ms(), ::getpid()), stale_ms, o.count, o.max_attempts},
            {std::move(url), o.ca_file.empty() ? env("POLYGON_CA_FILE").value_or("") : o.ca_file,
             stale_ms > 0 ? std::clamp<std::int64_t>(stale_ms / 3, 1000, 20'000) : 20'000},
            {std::size_t{o.buffer_mib} << 20, std::uint64_t{o.spool_mib} << 20, o.spool_dir},
            o.metrics_port};
}

Exit run(LiveStreamOptions settings) {
    if (!env_enabled("POLYGON_WEBSOCKET_ENABLED")) {
        log::info("POLYGON_WEBSOCKET_ENABLED switches the live stream off: nothing to do");
        return Exit::kOk;
    }
    if (env("POLYGON_ENABLED")) log::warn("POLYGON_ENABLED is ignored: it switched the old REST polling");
    settings.feed.key = key_from_env();
    if (!settings.socket.url.tls && !settings.socket.url.loopback())
        log::warn("ws:// sends the key to {} in clear text: use wss://", settings.socket.url.host);
    for (const auto& warning : subscription_warnings(settings.feed.subscriptions, settings.feed.underlyings))
        log::warn("{}", warning);
    return run_live_stream(std::move(settings));
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::optional<LiveStreamOptions> checked;
    return run_tool(
        argc, argv, kInfo,
        [&](CLI::App& app) {
            declare(app, options);
            app.callback([&] { checked = settings(options); });
        },
        [&] { return run(std::move(*checked)); });
}
