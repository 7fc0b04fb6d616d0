// polygon-sim: a stand-in for the vendor on loopback, and a generator of tapes for it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <functional>
#include <optional>

#include "base/cli.hpp"
#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/mapped_file.hpp"
#include "base/signals.hpp"
#include "market/calendar.hpp"
#include "market/underlyings.hpp"
#include "net/sim_vendor.hpp"
#include "pipe/output.hpp"
#include "vendor/tape_generator.hpp"

namespace {

using namespace pulse;

constexpr std::string_view kPath = "/options";

struct GenerateOptions {
    std::uint64_t trades = 0;
    std::uint64_t seed = 1;
    std::string date;
    std::string underlyings = "ALL";
};

struct FlatOptions {
    std::string tape;
    std::string date;
    std::string layout = "current";
};

struct ServeOptions {
    SimVendorOptions vendor;
    std::string key;
    std::string speed = "max";
    std::string at_end = "hold";
    std::string join = "start";
    std::string faults;
    std::string flat_layout = "current";
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

void add_layout(CLI::App& command, const std::string& name, std::string& layout) {
    command.add_option(name, layout, "columns of daily files; older has participant_timestamp too")
        ->check(CLI::IsMember({"current", "older"}))
        ->capture_default_str();
}

void declare_flat(CLI::App& app, FlatOptions& o) {
    auto* flat =
        app.add_subcommand("flat", "write a date of a tape as the vendor's daily CSV file to stdout");
    flat->add_option("--tape", o.tape, "file of trade lines")->required()->type_name("FILE");
    flat->add_option("--date", o.date,
                     "New York date as YYYY-MM-DD (default: the tape's, when it has only one)");
    add_layout(*flat, "--layout", o.layout);
    flat->footer("Example:\n  polygon-sim flat --tape tape.ndjson | gzip > 2026-03-06.csv.gz");
}

void declare_http(CLI::App& serve, ServeOptions& o) {
    serve.add_flag("--gzip", o.vendor.http.gzip, "pack REST answers for clients that offer to unpack them");
    serve.add_option("--http-latency", o.vendor.http.latency_ms, "each HTTP answer begins so many ms later")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    serve
        .add_option("--rate-limit", o.vendor.http.rate_limit,
                    "REST requests a minute, 429 beyond; 0: any number")
        ->capture_default_str();
    serve.add_option("--http-log", o.vendor.http_log, "write a line for each HTTP request to this file")
        ->type_name("FILE");
    add_layout(serve, "--flat-layout", o.flat_layout);
}

void declare_address(CLI::App& serve, ServeOptions& o) {
    serve.add_option("--host", o.vendor.server.host, "address to listen on")->capture_default_str();
    serve
        .add_option("--port", o.vendor.server.port,
                    "port; 0 takes a free one. The port is the first line on stdout")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    auto* cert =
        serve
            .add_option("--tls-cert", o.vendor.server.tls_cert, "PEM certificate chain: serve wss and https")
            ->type_name("FILE");
    auto* key = serve.add_option("--tls-key", o.vendor.server.tls_key, "PEM private key of the certificate")
                    ->needs(cert)
                    ->type_name("FILE");
    cert->needs(key);
    serve.add_option(
        "--key", o.key,
        "the key to accept; it opens nothing but this stand-in (default: POLYGON_API_KEY, else any)");
}

void declare_socket(CLI::App& serve, ServeOptions& o) {
    serve
        .add_option("--speed", o.speed,
                    "event time runs N times as fast as the clock; max: as fast as the socket takes")
        ->capture_default_str();
    serve.add_option("--frame-events", o.frame_events, "most events in one frame")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}))
        ->capture_default_str();
    serve
        .add_option(
            "--join", o.join,
            "where a connection's tape begins: at its start, or where the clock stands that the first one "
            "started")
        ->check(CLI::IsMember({"start", "now"}))
        ->capture_default_str();
    serve
        .add_option("--at-end", o.at_end,
                    "after the tape: hold the connection, close it, or exit once it is closed")
        ->check(CLI::IsMember({"hold", "close", "exit"}))
        ->capture_default_str();
    serve.add_option("--auth-timeout", o.auth_timeout_s, "seconds a client may take to authenticate")
        ->check(CLI::Range(1U, 86'400U))
        ->capture_default_str();
    serve
        .add_option(
            "--slow-consumer-seconds", o.slow_consumer_s,
            "end connections that lag so far behind event time; 0: never (always so with --speed max)")
        ->check(CLI::Range(0U, 86'400U))
        ->capture_default_str();
}

void declare_serve(CLI::App& app, ServeOptions& o) {
    auto* serve = app.add_subcommand(
        "serve", "serve a tape as the vendor would: socket at /options, REST, daily files at /flatfiles");
    serve->add_option("--tape", o.vendor.tape, "file of trade lines")->required()->type_name("FILE");
    declare_address(*serve, o);
    declare_socket(*serve, o);
    declare_http(*serve, o);
    serve->add_option("--faults", o.faults, "scripted faults, below");
    serve->footer(
        "Daily files want the key of POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY (or any, when "
        "both are unset).\n\n" +
        std::string(sim_faults_help()) + "\n\n" + std::string(http_faults_help()) +
        "\n\nExample: drop the first connection after 1000 events, refuse the key of the second one\n"
        "  polygon-sim serve --tape tape.ndjson --faults 1000:drop,2/0:auth-refused\n"
        "Example: every answer 30 ms late, the third one throttled, half of the tenth\n"
        "  polygon-sim serve --tape tape.ndjson --http-latency 30 --faults http/3:429:1,http/10:truncate");
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

FlatLayout layout_of(const std::string& name) {
    return name == "older" ? FlatLayout::kOlder : FlatLayout::kCurrent;
}

// The date asked for, or the tape's only one.
Day flat_date(const std::string& date, const SimHistory& history) {
    if (const auto day = parse_date(date)) return *day;
    if (!date.empty())
        throw Error(Exit::kUsage, fmt::format("--date: '{}' is no date; write it as YYYY-MM-DD", date));
    if (history.dates().size() == 1) return history.dates().front();
    if (history.dates().empty()) throw Error(Exit::kData, "the tape holds no trade");
    throw Error(Exit::kUsage, fmt::format("the tape holds {} dates, {} to {}: say which with --date",
                                          history.dates().size(), date_text(history.dates().front()),
                                          date_text(history.dates().back())));
}

Exit flat(const FlatOptions& o) {
    const MappedFile tape(o.tape);
    const SimHistory history(tape.text());
    const Day date = flat_date(o.date, history);
    log::info("writing the trades of {}", date_text(date));
    SimFlatFile file(history, date, layout_of(o.layout));
    Output out(STDOUT_FILENO, "stdout");
    std::string piece;
    while (!stop_requested() && file.append(piece)) {
        out.append(piece);
        piece.clear();
    }
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
    config.join = o.join == "now" ? SimJoin::kNow : SimJoin::kStart;
    config.at_end = o.at_end == "close"  ? SimAtEnd::kClose
                    : o.at_end == "exit" ? SimAtEnd::kExit
                                         : SimAtEnd::kHold;
    config.faults = parse_sim_faults(o.faults);
    return config;
}

std::optional<S3Credentials> s3_credentials() {
    auto id = secret_from_env("POLYGON_S3_ACCESS_KEY_ID");
    auto secret = secret_from_env("POLYGON_S3_SECRET_ACCESS_KEY");
    if (id.has_value() != secret.has_value())
        throw Error(Exit::kConfig,
                    "set both POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY, or none of them");
    if (!id) return std::nullopt;
    return S3Credentials{id->reveal(), *secret};
}

void log_counts(const SimCounts& n, std::uint64_t http_requests) {
    log::info(
        "connections={} authenticated={} refused={} evicted={} slow={} requests={} frames={} events={} "
        "faults={} http_requests={}",
        n.connections, n.authenticated, n.refused, n.evicted, n.slow, n.requests, n.frames, n.events,
        n.faults, http_requests);
}

void tell_address(const SimServerOptions& o, int port) {
    if (write_all(STDOUT_FILENO, fmt::format("{}\n", port)) != 0)
        throw Error(Exit::kIo, "can't write the port to stdout");
    const auto host = o.host.find(':') != std::string::npos ? "[" + o.host + "]" : o.host;
    const auto* secure = o.tls_cert.empty() ? "" : "s";
    log::info("SIMULATED vendor at ws{}://{}:{}{}, REST and files at http{}://{}:{}", secure, host, port,
              kPath, secure, host, port);
}

Exit serve(ServeOptions& o) {
    o.vendor.socket = config_of(o);
    o.vendor.http.faults = parse_http_faults(o.faults);
    o.vendor.s3 = s3_credentials();
    o.vendor.flat_layout = layout_of(o.flat_layout);
    o.vendor.server.path = kPath;
    SimVendor vendor(o.vendor);
    tell_address(o.vendor.server, vendor.port());
    vendor.run();
    log_counts(vendor.counts(), vendor.http_requests());
    return Exit::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    GenerateOptions generate_options;
    FlatOptions flat_options;
    ServeOptions serve_options;
    const ToolInfo info{
        "polygon-sim", "a stand-in for the options data vendor on loopback: tapes, socket, REST, daily files",
        "Example:\n"
        "  polygon-sim generate --trades 200000 > tape.ndjson\n"
        "  polygon-sim serve --tape tape.ndjson --port 8765 --speed 10\n"
        "  POLYGON_API_KEY=any polygon-stream --url ws://127.0.0.1:8765/options\n"
        "What each command takes: polygon-sim generate --help, serve --help, flat --help"};
    std::function<Exit()> chosen;
    return run_tool(
        argc, argv, info,
        [&](CLI::App& app) {
            app.fallthrough();
            app.require_subcommand(1);
            declare_generate(app, generate_options);
            declare_serve(app, serve_options);
            declare_flat(app, flat_options);
            app.get_subcommand("generate")->callback([&] {
                chosen = [&] { return generate(generate_options); };
            });
            app.get_subcommand("serve")->callback([&] { chosen = [&] { return serve(serve_options); }; });
            app.get_subcommand("flat")->callback([&] { chosen = [&] { return flat(flat_options); }; });
        },
        [&] { return chosen(); });
}
