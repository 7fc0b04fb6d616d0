// occ-filter: keeps the smart money of a tape.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <thread>

#include "base/cli.hpp"
#include "base/log.hpp"
#include "market/rule_options.hpp"
#include "wire/filter_run.hpp"

namespace {

using namespace pulse;

struct Options {
    std::vector<std::string> files;
    RuleOptions rule;
    std::string format = "auto";
    unsigned jobs = 1;
    std::string rejects;
    bool strict = false;
    bool quiet_hits = false;
};

const ToolInfo kInfo{
    "occ-filter",
    "Keeps the smart money: trades of the wanted underlyings with a large premium and few days to expiry.\n"
    "Reads trades as JSON lines or as the vendor's flat files, writes those that pass with ticker, expiry, "
    "side, strike,\n"
    "premium and dte added. Other records pass through unchanged.",
    "Examples:\n"
    "  polygon-stream | occ-filter | pg-sink\n"
    "  occ-filter --min-premium 100000 --quiet-hits captured.jsonl > hits.jsonl\n"
    "  zcat 2025-12-05.csv.gz | occ-filter --underlyings AAPL,TSLA --max-dte 7"};

void declare(CLI::App& app, Options& o) {
    app.add_option("FILE", o.files, "input files; - or none: standard input");
    declare_rule_options(app, o.rule);
    app.add_option("--format", o.format, "auto, ndjson, or csv: the vendor's flat file")
        ->check(CLI::IsMember({"auto", "ndjson", "csv"}))
        ->capture_default_str();
    app.add_option("--jobs", o.jobs, "threads for JSON; output keeps the input's order")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    app.add_option("--rejects", o.rejects, "write rejected lines there as they came")->type_name("FILE");
    app.add_flag("--strict", o.strict, "end with 65 at the first rejected line");
    app.add_flag("--quiet-hits", o.quiet_hits, "do not log each hit");
}

FilterOptions filter_options(const Options& o) {
    FilterOptions options;
    options.rule = rule_of(o.rule);
    options.log_hits = !o.quiet_hits && log::enabled(log::Level::kInfo);
    options.strict = o.strict;
    return options;
}

Exit run(const Options& o) {
    const InputFormat format = o.format == "csv"      ? InputFormat::kCsv
                               : o.format == "ndjson" ? InputFormat::kNdjson
                                                      : InputFormat::kAuto;
    const FilterOptions options = filter_options(o);
    // Every file is opened before the first is read: a misspelt name fails before anything is written.
    std::vector<UniqueFd> owned;
    std::vector<FilterRun::Input> inputs;
    for (const std::string& file : o.files) {
        if (file == "-") {
            inputs.push_back({STDIN_FILENO, "stdin"});
        } else {
            owned.push_back(open_for_reading(file));
            inputs.push_back({owned.back().get(), file});
        }
    }
    if (inputs.empty()) inputs.push_back({STDIN_FILENO, "stdin"});

    grow_pipe(STDOUT_FILENO);
    Output output(STDOUT_FILENO, "stdout");
    Rejects rejects(o.rejects, o.strict);
    FilterRun filter(options, format, o.jobs, output, rejects);
    try {
        filter.run(inputs);
    } catch (...) {
        log::info("{}", filter.summary().text());
        throw;
    }
    rejects.finish();
    log::info("{}", filter.summary().text());
    return Exit::kOk;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return run_tool(
        argc, argv, kInfo, [&](CLI::App& app) { declare(app, options); }, [&] { return run(options); });
}
