// backfill-fetch: history from the vendor, as the records that polygon-stream would have written.

#include <CLI/CLI.hpp>
#include <array>
#include <functional>

#include "backfill_commands.hpp"
#include "base/cli.hpp"

namespace {

using namespace pulse;

const ToolInfo kInfo{
    "backfill-fetch",
    "Writes option trades and daily bars from the vendor's history to stdout, one JSON object a line.",
    "Each subcommand has a --help of its own.\n\n"
    "Exit codes: 0 done or stopped politely, 1 the vendor refused a request or a file is damaged, 2 usage,\n"
    "65 bad row under --strict, 69 vendor or database unreachable, 74 stdout or a file failed, 77 "
    "credentials\n"
    "refused, 78 no key or another setting is wrong.\n\n"
    "Examples:\n"
    "  backfill-fetch trades --days 90 --state backfill.state | pg-sink\n"
    "  backfill-fetch flat 2025-12-05.csv.gz --underlyings TSLA --max-dte 7\n"
    "  backfill-fetch bars --days 90 | pg-sink\n"
    "  backfill-fetch heal | pg-sink"};

constexpr const char* kRestFooter =
    "The key comes from POLYGON_API_KEY or MASSIVE_API_KEY (or ..._FILE); POLYGON_API_URL, "
    "POLYGON_S3_ENDPOINT "
    "and\nPOLYGON_CA_FILE stand in for --base-url, --s3-endpoint and --ca-file.";

/// Options that mean nothing here are taken all the same, so that a script can pass one list to all
/// subcommands.
void take_unused(CLI::App& app, std::initializer_list<const char*> names) {
    for (const char* name : names)
        app.add_option_function<std::string>(name, [](const std::string&) {})->group("");
}

void declare_source(CLI::App& app, Command& o) {
    app.add_option("--source", o.source, "rest, flat, or auto: whichever is less work")
        ->check(CLI::IsMember({"auto", "rest", "flat"}))
        ->capture_default_str();
    declare_rest(app, o.rest);
    declare_s3(app, o.s3_endpoint);
}

void declare_trades(CLI::App& app, Command& o) {
    declare_dates(app, o.selection);
    declare_rule(app, o.selection);
    declare_source(app, o);
    declare_state(app, o.working);
    declare_capture(app, o.capture);
    declare_working(app, o.working);
    app.footer(kRestFooter);
}

void declare_flat(CLI::App& app, Command& o) {
    app.add_option("FILE", o.files, "local .csv.gz or .csv files instead of the vendor's; -: standard input");
    declare_dates(app, o.selection);
    declare_rule(app, o.selection);
    declare_s3(app, o.s3_endpoint);
    declare_state(app, o.working);
    declare_capture(app, o.capture);
    declare_working(app, o.working);
    take_unused(app, {"--base-url", "--concurrency", "--rate"});
    app.footer(
        "The key pair comes from POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY (or ..._FILE); it "
        "is not\n"
        "the API key. POLYGON_S3_ENDPOINT and POLYGON_CA_FILE stand in for --s3-endpoint and --ca-file. A "
        "day's file\n"
        "is there at about 11:00 New York on the next day.");
}

void declare_bars(CLI::App& app, Command& o) {
    declare_dates(app, o.selection);
    declare_underlyings(app, o.selection);
    declare_rest(app, o.rest);
    declare_working(app, o.working);
    take_unused(app, {"--min-premium", "--max-dte", "--min-dte", "--source", "--s3-endpoint", "--state",
                      "--capture", "--capture-days", "--capture-mib"});
    app.add_flag_callback("--unfiltered", [] {})->group("");
    app.footer(kRestFooter);
}

void declare_heal(CLI::App& app, Command& o) {
    declare_dates(app, o.selection);
    declare_rule(app, o.selection);
    app.add_flag("--before-live", o.before_live,
                 "only what lies before the newest interval of the live stream");
    app.add_flag("--dry-run", o.dry_run, "tell what is missing and fetch nothing");
    declare_source(app, o);
    declare_capture(app, o.capture);
    declare_working(app, o.working);
    take_unused(app, {"--state"});  // the database remembers
    app.footer("The database is DATABASE_URL (or DATABASE_URL_FILE), else libpq's PG* variables.\n" +
               std::string(kRestFooter));
}

struct Subcommand {
    const char* name;
    const char* summary;
    void (*declare)(CLI::App&, Command&);
    Exit (*run)(const Command&);
};

constexpr std::array kSubcommands{
    Subcommand{"trades", "trades of the last days, over REST or from the daily files", declare_trades,
               run_trades},
    Subcommand{"flat", "trades from the vendor's daily files, or local ones", declare_flat, run_flat},
    Subcommand{"bars", "split-adjusted daily bars of the stocks", declare_bars, run_bars},
    Subcommand{"heal", "the trades of which the database knows that they are missing", declare_heal,
               run_heal}};

}  // namespace

int main(int argc, char** argv) {
    std::array<Command, kSubcommands.size()> commands;
    std::function<Exit()> chosen;
    return run_tool(
        argc, argv, kInfo,
        [&](CLI::App& app) {
            app.require_subcommand(1);
            app.fallthrough();
            for (std::size_t i = 0; i < kSubcommands.size(); ++i) {
                CLI::App* const sub = app.add_subcommand(kSubcommands[i].name, kSubcommands[i].summary);
                kSubcommands[i].declare(*sub, commands[i]);
                sub->callback([&chosen, &commands, i] {
                    chosen = [&commands, i] { return kSubcommands[i].run(commands[i]); };
                });
            }
        },
        [&] { return chosen(); });
}
