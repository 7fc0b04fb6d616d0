#!/usr/bin/env python3
"""restarts.py SEED WHOLE BROKEN: a history tape, and the same one as it is when fetching begins again in places.

Contracts come side by side, page by page, each in order of time. In BROKEN some begin again from their first
unfinished session behind a pass marker (as backfill-fetch does), while the others go on.
"""
import datetime
import json
import random
import sys
import zoneinfo

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
DAYS = [datetime.date(2025, 12, day) for day in (3, 4, 5)]
MARKER = '{"ev":"W","src":"rest","session":"again","tickers":[],"from":0,"to":0}'


def open_of(day):
    return int(datetime.datetime.combine(day, datetime.time(9, 30), NEW_YORK).timestamp()) * 1000


def contract_lines(rng, symbol):
    """By session, in order of time; many prints close together, some taken back."""
    sessions = []
    for day in DAYS:
        t, lines = open_of(day) - 60_000, []
        for _ in range(rng.randrange(0, 60)):
            t += rng.choice([0, 1, 40, 90, 100, 300, 5_000, 900_000])
            line = {"ev": "T", "sym": symbol, "x": rng.randrange(300, 303), "p": rng.randrange(1, 4),
                    "s": rng.randrange(1, 200), "c": [rng.choice([209, 209, 219, 232])], "t": t}
            if lines and rng.random() < 0.1:
                line.update({k: lines[-1][k] for k in ("x", "p", "s")}, c=[201])
            line.update(ns=t * 1_000_000, src="rest")
            lines.append(line)
        sessions.append(lines)
    return sessions


def instants(session):
    """The lines of a millisecond stay together."""
    groups = []
    for line in session:
        if groups and groups[-1][0]["t"] == line["t"]:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def watermarks(ticker):
    for day in DAYS:
        begin = open_of(day)
        yield json.dumps({"ev": "W", "src": "rest", "session": "s", "tickers": [ticker], "from": begin,
                          "to": begin + 23_400_000 - 1}, separators=(",", ":"))


def interleave(rng, contracts, restarts):
    place = {symbol: (0, 0) for symbol in contracts}  # session and instant that come next
    while place:
        symbol = rng.choice(sorted(place))
        for _ in range(rng.randrange(1, 12)):
            session, at = place[symbol]
            if session == len(DAYS):
                del place[symbol]
                break
            if at == len(contracts[symbol][session]):
                # Finished only when the next session's first trade shows it, or the end.
                place[symbol] = (session + 1, 0)
                continue
            yield from (json.dumps(line, separators=(",", ":")) for line in contracts[symbol][session][at])
            place[symbol] = (session, at + 1)
        if restarts and symbol in place and rng.random() < 0.15:
            session, at = place[symbol]
            while session > 0 and (session == len(DAYS) or at == 0):
                session, at = session - 1, 1
            place[symbol] = (session, 0)
            yield ""
            yield MARKER


def main():
    seed = int(sys.argv[1])
    rng = random.Random(seed)
    symbols = [f"O:{root}251219C{strike:05}000" for root in ("AAPL", "TSLA") for strike in range(10, 16)]
    contracts = {s: [instants(lines) for lines in contract_lines(rng, s)] for s in symbols}
    for path, restarts in ((sys.argv[2], False), (sys.argv[3], True)):
        with open(path, "w") as out:
            for root in ("AAPL", "TSLA"):
                own = {s: c for s, c in contracts.items() if f":{root}2" in s}
                for line in interleave(random.Random(seed), own, restarts):
                    print(line, file=out)
                print("\n".join(watermarks(root)), file=out)


main()
