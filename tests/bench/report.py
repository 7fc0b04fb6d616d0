"""What a benchmark found: rows for people, and as JSON lines for scripts/bench, which makes one table and picture of all.

A row is {"bench", "what", "against", "value", "low", "high", "unit", "target", "at_least"}: the median with the lowest and the
highest of its rounds. Unit "x" is a ratio to a peer measured alternately in the same run; everything else is a figure of this
machine on this day. Without a target nothing is judged.
"""

import argparse
import json
import os
import statistics
import sys
import traceback


class Report:
    def __init__(self, bench, options):
        self.bench = bench
        self.file = options.results
        self.judged = not options.smoke and not options.unjudged
        self.missed = 0

    def ratio(self, what, against, values, target=None, at_least=True):
        """values: one ratio a round, already the right way round for the target."""
        self.row(what, against, values, "x", target, at_least)

    def figure(self, what, values, unit, target=None, at_least=False):
        """values: one number, or one a round."""
        self.row(what, None, values if isinstance(values, (list, tuple)) else [values], unit, target, at_least)

    def row(self, what, against, values, unit, target, at_least):
        value = statistics.median(values)
        row = {"bench": self.bench, "what": what, "against": against, "value": value, "low": min(values), "high": max(values),
               "unit": unit, "target": target, "at_least": at_least}
        print(text(row, self.judged), flush=True)
        self.missed += met(row) is False
        if self.file:
            with open(self.file, "a", encoding="utf-8") as out:
                out.write(json.dumps(row) + "\n")

    def status(self):
        """The benchmark's exit status: 1 when a target was missed; a smoke run judges nothing."""
        return 1 if self.judged and self.missed else 0


def met(row):
    """True, False, or None without a target."""
    if row["target"] is None:
        return None
    return row["value"] >= row["target"] if row["at_least"] else row["value"] <= row["target"]


def number(value):
    """Three digits that say something: 0.0471, 3.52, 118, 2,245,000."""
    if abs(value) >= 10_000:
        return f"{float(f'{value:.4g}'):,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def quantity(value, unit):
    return number(value) + (unit if unit == "x" else f" {unit}")


def target_text(row):
    return "–" if row["target"] is None else f"{'≥' if row['at_least'] else '≤'} {number(row['target'])}"


def spread_text(row):
    return "" if row["low"] == row["high"] else f"{number(row['low'])}–{number(row['high'])}"


def name(row):
    return row["what"] + (f" / {row['against']}" if row["against"] else "")


def text(row, judged=True):
    missed = "  MISSED" if judged and met(row) is False else ""
    value = quantity(row["value"], row["unit"])
    return f"{name(row):<84} {value:>18}  {spread_text(row):<21} {target_text(row):<11}{missed}".rstrip()


def fail(kind, value, trace):
    traceback.print_exception(kind, value, trace)
    sys.exit(2)


def arguments(description, rounds):
    """The options every benchmark takes; callers add their own and parse. From here on an error ends with 2: 1 is kept for a
    missed target."""
    sys.excepthook = fail
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=os.path.abspath, help="build folder with bin/ and tests/")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--results", help="append each row to this file as a JSON line")
    parser.add_argument("--smoke", action="store_true", help="tiny and once, judging nothing: does it still run?")
    parser.add_argument("--unjudged", action="store_true", help="judge nothing")
    return parser
