"""A tape played at an exact pace by peers/latency.mjs, and which of its trades must end as rows."""

import json
import os
import re
import time

import pipeline_parts as parts

HERE = os.path.dirname(os.path.abspath(__file__))
CANCELS = {201, 203, 205, 207}  # they take a print back and become no row of the trades


class PacedTape:
    """An invented day that is played over and over. The vendor gives each trade its number as sequence, from 1."""

    def __init__(self, tools, folder, lines):
        self.path = os.path.join(folder, "paced.jsonl")
        self.lines = lines
        parts.generate_tape(tools, f"{folder}/invented.jsonl", lines)
        with open(f"{folder}/invented.jsonl", encoding="utf-8") as source, open(self.path, "w", encoding="utf-8") as out:
            for number, line in enumerate(source):
                out.write(re.sub(r'"q":\d+', f'"q":{number}', line))
        self.tools = tools

    def sequences(self, sent, *rule):
        """Of the trades that must be stored once `sent` of them were played; rule: options of the filter."""
        kept = [trade["q"] for trade in map(json.loads, parts.selected_lines(self.tools, self.path, *rule))
                if not CANCELS & set(trade.get("c", []))]
        numbers = (start + line + 1 for start in range(0, sent, self.lines) for line in kept)
        return [number for number in numbers if number <= sent]


class PacedVendor(parts.Vendor):
    def __init__(self, postgres, modules, tape, rate, trades, *options):
        self.trades = trades
        super().__init__(["node", f"{HERE}/peers/latency.mjs", "--tape", tape.path, "--rate", str(rate), "--trades", str(trades),
                          *options], {**postgres.environment("pulse"), "NODE_PATH": modules})

    def result(self):
        """The next line of JSON it tells; waits for it."""
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the paced vendor ended")
        return json.loads(line)


def wait_for_rows(postgres, count, seconds=300):
    """Until the table holds so many trades; how they got there is the caller's to judge."""
    deadline = time.monotonic() + seconds
    while int(postgres.sql("pulse", "SELECT count(*) FROM smart_money_trades")) < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"not all of {count} rows came within {seconds} s")
        time.sleep(0.25)


def check_rows(postgres, expected):
    """Every expected trade is a row and no other is."""
    stored = sorted(map(int, postgres.sql("pulse", "SELECT sequence FROM smart_money_trades").split()))
    if not expected or stored != expected:
        raise SystemExit(f"{len(stored)} rows instead of {len(expected)}; lost: {sorted(set(expected) - set(stored))[:5]}")
