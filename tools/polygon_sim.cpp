// polygon-sim: a stand-in for the vendor on loopback, and a generator of tapes for it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "base/cli.hpp"
#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/mapped_file.hpp"
#include "base/signals.hpp"
#include "market/calendar.hpp"
#include "market/underlyings.hpp"
#include "net/ws_server.hpp"
#include "pipe/output.hpp"
#include "vendor/sim_hub.hpp"
#include "vendor/tape_generator.hpp"

namespace {

using namespace pulse;

constexpr std::string_view kPath = "/options";
constexpr std::uint64_t kReleaseEvents = 200'000;  // about 20 MiB of tape

struct GenerateOptions {
    std::uint64_t trades = 0;
    std::uint64_t seed = 1;
    std::string date;
    std::string underlyings = "ALL";
};

struct ServeOptions {
    WsServerOptions server;
    std::string tape;
    std::string key;
    std::string speed = "max";
    std::string at_end = "hold";
    std::string faults;
    std::uint64_t frame_events = 100;
    unsigned auth_timeout_s = 10;
    unsigned slow_consumer_s = 0;
};

void declare_generate(CLI::App& app, GenerateOptions& o) {
    auto* generate = app.add_subcommand("generate", "write an invented session's tape to stdout");
    generate->add_option("--trades", o.trades, "how many lines to write")->required();
    generate->add_option("--seed", o.seed, "the same seed gives the same tape")->capture_default_str();
    generate->add_option("--date", o.date, "session as YYYY-MM-DD (default: the last completed one)");
    generate->add_option("--underlyings", o.underlyings, "only these roots: AAPL,TSLA, or ALL (about 500)")
        ->capture_default_str();
    generate->footer(
        "One trade a line, as the vendor's socket sends it. A quarter of the trades are of the MAG7; among "
        "them are\n"
        "sweeps over several exchanges, identical prints (0.5 %), cancels (0.05 %), late prints (0.2 %), "
        "trades\n"
        "without conditions, and unknown conditions and exchanges.\n\n"
        "Example:\n  polygon-sim generate --trades 200000 --seed 7 --date 2026-03-06 > tape.ndjson");
}

void declare_serve(CLI::App& app, ServeOptions& o) {
    auto* serve = app.add_subcommand("serve", "serve a tape as the vendor's socket would, at /options");
    serve->add_option("--tape", o.tape, "file of trade lines; each connection gets it from its start")
        ->required();
    serve->add_option("--host", o.server.host, "address to listen on")->capture_default_str();
    serve
        ->add_option("--port", o.server.port,
                     "port; 0 takes a free one. The port is the first line on stdout")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    auto* cert = serve->add_option("--tls-cert", o.server.tls_cert, "PEM certificate chain: serve wss");
    auto* key =
        serve->add_option("--tls-key", o.server.tls_key, "PEM private key of the certificate")->needs(cert);
    cert->needs(key);
    serve->add_option(
        "--key", o.key,
        "the key to accept; it opens nothing but this stand-in (default: POLYGON_API_KEY, else any)");
    serve
        ->add_option("--speed", o.speed,
                     "event time runs N times as fast as the clock; max: as fast as the socket takes")
        ->capture_default_str();
    serve->add_option("--frame-events", o.frame_events, "most events in one frame")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}))
        ->capture_default_str();
    serve
        ->add_option("--at-end", o.at_end,
                     "after the tape: hold the connection, close it, or exit once it is closed")
        ->check(CLI::IsMember({"hold", "close", "exit"}))
        ->capture_default_str();
    serve->add_option("--auth-timeout", o.auth_timeout_s, "seconds a client may take to authenticate")
        ->check(CLI::Range(1U, 86'400U))
        ->capture_default_str();
    serve
        ->add_option(
            "--slow-consumer-seconds", o.slow_consumer_s,
            "end connections that lag so far behind event time; 0: never (always so with --speed max)")
        ->check(CLI::Range(0U, 86'400U))
        ->capture_default_str();
    serve->add_option("--faults", o.faults, "scripted faults, below");
    serve->footer(
        std::string(sim_faults_help()) +
        "\n\nExample: drop the first connection after 1000 events, refuse the key of the second one\n"
        "  polygon-sim serve --tape tape.ndjson --faults 1000:drop,2/0:auth-refused");
}

Session session_for(const std::string& date) {
    if (date.empty()) {
        const auto now = wall_ms();
        auto session = last_session(now);
        if (session.close_ms > now) session = last_session(session.open_ms - 1);
        return session;
    }
    const auto day = parse_date(date);
    if (!day) throw Error(Exit::kUsage, fmt::format("--date: '{}' is no date; write it as YYYY-MM-DD", date));
    if (const auto session = session_of(*day)) return *session;
    Day next = *day;
    while (!is_session(next)) ++next;
    throw Error(Exit::kUsage, fmt::format("--date: the market was closed on {}; the next session is {}", date,
                                          date_text(next)));
}

Exit generate(const GenerateOptions& o) {
    TapePlan plan{o.trades, o.seed, session_for(o.date), Underlyings::parse(o.underlyings).roots()};
    log::info("inventing {} trades of {}, seed {}", o.trades, date_text(plan.session.date), o.seed);
    Output out(STDOUT_FILENO, "stdout");
    generate_tape(plan, [&](std::string_view lines) {
        out.append(lines);
        return !stop_requested();
    });
    out.flush();
    return Exit::kOk;
}

double speed_of(const std::string& text) {
    if (text == "max") return 0;
    double speed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), speed);
    if (error != std::errc{} || end != text.data() + text.size() || !(speed > 0) || speed > 1e6)
        throw Error(Exit::kUsage,
                    fmt::format("--speed: '{}' is neither max nor a number above 0 up to 1000000", text));
    return speed;
}

SimConfig config_of(const ServeOptions& o) {
    SimConfig config;
    if (!o.key.empty())
        config.key = o.key;
    else if (const auto secret = secret_from_env("POLYGON_API_KEY"))
        config.key = secret->reveal();
    config.speed = speed_of(o.speed);
    config.frame_events = o.frame_events;
    config.auth_timeout_ms = std::int64_t{o.auth_timeout_s} * 1000;
    config.slow_consumer_ms = std::int64_t{o.slow_consumer_s} * 1000;
    config.at_end = o.at_end == "close"  ? SimAtEnd::kClose
                    : o.at_end == "exit" ? SimAtEnd::kExit
                                         : SimAtEnd::kHold;
    config.faults = parse_sim_faults(o.faults);
    return config;
}

void log_counts(const SimCounts& n) {
    log::info(
        "connections={} authenticated={} refused={} evicted={} slow={} requests={} frames={} events={} "
        "faults={}",
        n.connections, n.authenticated, n.refused, n.evicted, n.slow, n.requests, n.frames, n.events,
        n.faults);
}

Exit serve(ServeOptions& o) {
    SimConfig config = config_of(o);
    const MappedFile tape(o.tape);
    config.tape = tape.text();
    SimHub hub(std::move(config));
    o.server.path = kPath;
    WsServer server(o.server, [&](std::int64_t now_ms) { return hub.connect(now_ms); });
    if (write_all(STDOUT_FILENO, fmt::format("{}\n", server.port())) != 0)
        throw Error(Exit::kIo, "can't write the port to stdout");
    const bool v6 = o.server.host.find(':') != std::string::npos;
    log::info("SIMULATED vendor at {}://{}:{}{}", o.server.tls_cert.empty() ? "ws" : "wss",
              v6 ? "[" + o.server.host + "]" : o.server.host, server.port(), kPath);
    std::uint64_t release_at = kReleaseEvents;
    server.run([&] {
        if (hub.counts().events >= release_at) {
            tape.release_pages();
            release_at = hub.counts().events + kReleaseEvents;
        }
        return hub.finished();
    });
    log_counts(hub.counts());
    return Exit::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    GenerateOptions generate_options;
    ServeOptions serve_options;
    const ToolInfo info{"polygon-sim",
                        "a stand-in for the options data vendor on loopback: tapes and the socket",
                        "Example:\n"
                        "  polygon-sim generate --trades 200000 > tape.ndjson\n"
                        "  polygon-sim serve --tape tape.ndjson --port 8765 --speed 10\n"
                        "  POLYGON_API_KEY=any polygon-stream --url ws://127.0.0.1:8765/options\n"
                        "What each command takes: polygon-sim generate --help, polygon-sim serve --help"};
    bool generating = false;
    return run_tool(
        argc, argv, info,
        [&](CLI::App& app) {
            app.fallthrough();
            app.require_subcommand(1);
            declare_generate(app, generate_options);
            declare_serve(app, serve_options);
            app.get_subcommand("generate")->callback([&] { generating = true; });
        },
        [&] { return generating ? generate(generate_options) : serve(serve_options); });
}
