// nats-put: stores records in a JetStream stream, for nats-each on other machines.

#include <CLI/CLI.hpp>
#include <string>

#include "base/cli.hpp"
#include "bus/put_run.hpp"
#include "bus/route.hpp"
#include "nats_options.hpp"

namespace {

using namespace pulse;

ToolInfo info() {
    return {"nats-put",
            "Stores records from standard input in a JetStream stream of NATS, so that nats-each can work on "
            "them on other\n"
            "machines. The records of an underlying stay in order, in one partition of the stream.",
            std::string(kNatsServerHelp) +
                "\n"
                "Examples:\n"
                "  polygon-stream | nats-put --replicas 3\n"
                "  nats-put --stream history < captured.jsonl"};
}

void declare(CLI::App& app, bus::PutOptions& o) {
    declare_nats(app, o.link, o.stream, "name of the stream; it is made when it isn't there");
    app.add_option("--partitions", o.partitions, "partitions of a new stream (default: 8)")
        ->check(CLI::Range(1U, bus::kMaxPartitions));
    app.add_option("--replicas", o.replicas, "servers that keep a new stream")
        ->check(CLI::Range(1, 5))
        ->capture_default_str();
    app.add_option("--max-age-hours", o.max_age_hours, "how long a new stream keeps records; 0 = for ever")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    app.add_option("--duplicate-window", o.duplicate_window_s,
                   "seconds for which a new stream knows a repeated message")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--max-pending", o.max_pending,
                   "most records of a partition that are sent and not acknowledged")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--rejects", o.rejects, "write rejected lines there as they came")->type_name("FILE");
    app.add_flag("--strict", o.strict, "end with 65 at the first rejected line");
}

}  // namespace

int main(int argc, char** argv) {
    bus::PutOptions options;
    options.link.tool = "nats-put";
    return run_tool(
        argc, argv, info(), [&](CLI::App& app) { declare(app, options); },
        [&] {
            bus::put_records(options);
            return Exit::kOk;
        });
}
