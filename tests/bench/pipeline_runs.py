"""Runs of the whole pipeline over a tape that polygon-sim plays as fast as the socket takes it."""

import datetime
import re

import pipeline_parts as parts

CHAINS = {"basic": "three stages", "full": "six stages"}
STORED = {"basic": ("smart_money_trades",), "full": ("smart_money_trades", "smart_money_orders")}


class Tape:
    def __init__(self, tools, path, trades):
        parts.generate_tape(tools, path, trades)
        self.path = path
        self.trades = trades
        every_print = parts.selected_lines(tools, path, "--min-premium", "0", "--max-dte", "100000")
        self.selected = len(every_print)  # the stream ends after so many
        self.last = re.search(rb'"q":(\d+)', every_print[-1]).group(1).decode()


def vendor(tools, tape):
    return parts.Vendor([f"{tools}/polygon-sim", "serve", "--tape", tape.path, "--port", "0", "--speed", "max", "--frame-events",
                         "100", "--log-level", "error"])


def run_ours(postgres, tools, folder, tape, chain):
    """Seconds from the first frame to the last commit, the chain that ran, CPU seconds of the others."""
    postgres.fresh_database("pulse")
    with vendor(tools, tape) as source:
        server_before = postgres.cpu()
        commands = parts.chain_commands(tools, chain, ["--url", source.url, "--count", str(tape.selected)])
        with parts.Chain(commands, folder, postgres.environment("pulse")) as running:
            running.wait()
        others = {"polygon-sim": parts.cpu_seconds(source.process.pid), "PostgreSQL": postgres.cpu() - server_before}
    stamp = re.search(r"^(\S+)Z info polygon-stream: \S+ Subscribed", running.log("polygon-stream"), re.M).group(1)
    begin = datetime.datetime.fromisoformat(stamp + "+00:00").timestamp()
    return postgres.last_commit("pulse", STORED[chain]) - begin, running, others
