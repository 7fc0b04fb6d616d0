// nats-each: runs a command on each batch of records from a JetStream stream.

#include <CLI/CLI.hpp>
#include <string>

#include "base/cli.hpp"
#include "bus/each_run.hpp"
#include "nats_options.hpp"

namespace {

using namespace pulse;

ToolInfo info() {
    return {
        "nats-each",
        "Runs a command on each batch of records that nats-put stored in a JetStream stream. The command "
        "gets "
        "the lines of\n"
        "one partition on its standard input; when it ends with 0 they are acknowledged, otherwise they come "
        "again.",
        "Any number of processes may serve the same partitions: one works on a partition at a time, and the "
        "work of one that\n"
        "is gone is taken over after the ack wait. A single COMMAND with blanks or pipes is run by bash with "
        "pipefail.\n" +
            std::string(kNatsServerHelp) +
            "\n"
            "Examples:\n"
            "  nats-each --partition all -- 'occ-filter | pg-sink'\n"
            "  nats-each --stream history --partition 0-3 --until-empty -- pg-sink --max-retries 5"};
}

void declare(CLI::App& app, bus::EachOptions& o) {
    declare_nats(app, o.link, o.stream, "name of the stream");
    app.add_option("--partition", o.partitions, "which partitions to serve, in turn: all, or a list: 0,2,5-7")
        ->required()
        ->type_name("LIST");
    app.add_option("--durable", o.durable, "processes with the same name share the work")
        ->check(check_nats_name)
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--batch", o.batch, "most messages in a batch; it also ends at 8 MiB")
        ->check(CLI::Range(1, 50'000))
        ->capture_default_str();
    app.add_option("--idle-ms", o.idle_ms, "pause before looking again after a batch that wasn't full")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
    app.add_option("--ack-wait", o.ack_wait_s,
                   "seconds without a sign of life after which others take a process's work over")
        ->check(CLI::Range(1, 3'600))
        ->capture_default_str();
    app.add_option("--max-failures", o.max_failures,
                   "failures of the command in a row, 0.5 s to 30 s apart, before its exit status is ours")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_flag("--until-empty", o.until_empty, "end when everything is acknowledged");
    app.add_option("COMMAND", o.command, "the command and its arguments, behind --")->required();
}

}  // namespace

int main(int argc, char** argv) {
    bus::EachOptions options;
    options.link.tool = "nats-each";
    return run_tool(
        argc, argv, info(), [&](CLI::App& app) { declare(app, options); },
        [&] { return static_cast<Exit>(bus::run_each(options)); });
}
