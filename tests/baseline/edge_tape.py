#!/usr/bin/env python3
"""edge_tape.py SEED DATE... [gaps | unpromised] [history]: a small tape with much that is unusual, by session.

Multi-leg, stock-tied and late prints, cancels (some before or without their print), repeated deliveries, prints out
of order, at the edges of steps and of the session and outside it, prices of many decimals, adjusted roots, expired
and far contracts, sessions of a half day. With `gaps`: watermarks that leave something unknown; `unpromised`: none.
"""
import datetime
import json
import random
import sys
import zoneinfo

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
PRICES = ["0", "0.01", "1", "2.5", "2.505", "0.0000001", "12.3456789", "8.550000000000001", "431.25"]
CONDITIONS = [[209]] * 12 + [[219], [228], [], None, [232], [240], [202], [209, 246], [201], [203], [205, 209]]


def clock(day, hour, minute):
    return int(datetime.datetime.combine(day, datetime.time(hour, minute), NEW_YORK).timestamp()) * 1000


def symbols(rng, day):
    for root in ("AAPL", "AAPL1", "TSLA"):
        for dte in (-1, 0, 1, 3, 7, 8, 14, 15, 30, 31):
            expiry = day + datetime.timedelta(days=dte)
            yield f"O:{root}{expiry:%y%m%d}{rng.choice('CP')}{rng.randrange(1, 999):05}000"


def session_lines(rng, day, history):
    begin, end = clock(day, 9, 30), clock(day, 16, 0)
    names, lines, past = list(symbols(rng, day)), [], []
    t = begin - 120_000
    while t < end + 120_000:
        t += rng.randrange(0, 60_000)
        at = t
        if rng.random() < 0.1:
            at = begin + (t - begin) // 300_000 * 300_000 - rng.randrange(0, 2)  # at the edge of a step
        if rng.random() < 0.05:
            at -= rng.randrange(0, 5_400_000)
        line = {"ev": "T", "sym": rng.choice(names), "x": rng.randrange(300, 303), "p": rng.choice(PRICES),
                "s": rng.randrange(0, 400), "c": rng.choice(CONDITIONS), "t": at, "q": len(lines) + len(past) + 1}
        roll = rng.random()
        if past and roll < 0.15:
            line = dict(rng.choice(past[-200:]))  # delivered again
        elif past and roll < 0.3:
            back = rng.choice(past[-60:])
            line.update({k: back[k] for k in ("sym", "x", "p", "s")})
            line["c"] = [rng.choice([201, 203, 205, 207])] if rng.random() < 0.7 else [209]
        past.append(line)
        lines.append(line)
    return lines


def text(line, history):
    line = {k: v for k, v in line.items() if v is not None}
    if history:
        line.pop("q")
        line.update(ns=line["t"] * 1_000_000, src="rest")
    price = line["p"]
    return json.dumps(dict(line, p=0), separators=(",", ":")).replace('"p":0', f'"p":{price}')


def watermarks(day, history, gaps):
    begin, end = clock(day, 9, 30), clock(day, 16, 0)
    if not gaps:
        spans = {("AAPL", "TSLA", "AAPL1"): [(begin + 999, end + 60_000)]}
    else:
        spans = {
            ("AAPL",): [(begin, begin + 3_000_000), (begin + 3_000_999, begin + 9_000_000),
                        (begin + 9_001_000, end + 60_000)],
            ("AAPL1",): [(begin + 1_000, end + 60_000)],
            ("TSLA",): [(begin - 5_000, clock(day, 10, 30) - 1), (clock(day, 11, 0), end + 60_000)],
        }
    for tickers, ranges in spans.items():
        for a, b in ranges:
            yield json.dumps({"ev": "W", "src": "rest" if history else "live", "session": "s", "tickers": list(tickers),
                              "from": a, "to": b}, separators=(",", ":"))


def main():
    rng = random.Random(int(sys.argv[1]))
    history, gaps = "history" in sys.argv, "gaps" in sys.argv
    for date in sys.argv[2:]:
        if date in ("history", "gaps", "unpromised"):
            continue
        day = datetime.date.fromisoformat(date)
        for line in session_lines(rng, day, history):
            print(text(line, history))
        if "unpromised" not in sys.argv:
            print("\n".join(watermarks(day, history, gaps)))


main()
