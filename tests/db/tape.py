#!/usr/bin/env python3
"""Writes trade records to stdout, the same bytes for the same arguments.

tape.py live N SEED      as the stream has them: q, identical prints, cancels, a watermark every 500 lines
tape.py rest|flat N SEED the same prints as history has them: src, no q; rest in time order a ticker, flat by symbol
"""
import json
import random
import sys

kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed)
roots = ["AAPL", "MSFT", "TSLA", "NVDA"]
symbols = [f"O:{root}251219{side}{strike:08d}" for root in roots for side in "CP" for strike in (100000, 102500, 190000)]
begin = 1764945000000
t, q = begin, 100
prints = []
for _ in range(count):
    t += rng.choice((0, 1, 1, 5, 40))
    q += rng.randrange(1, 4)
    record = {"ev": "T", "sym": rng.choice(symbols), "x": rng.randrange(300, 304), "p": rng.choice((1.05, 8.5, 0.01, 12.35)),
              "s": rng.choice((1, 10, 100)), "c": rng.choice(([209], [227], [209, 219])), "t": t}
    if rng.random() < 0.03:  # a cancel of something recent, or of nothing
        earlier = rng.choice(prints[-40:] or [(record, 0)])[0]
        record = dict(earlier, c=[rng.choice((201, 203, 205, 207))], t=t)
    prints.append((record, q))
    if rng.random() < 0.15:  # identical prints
        for _ in range(rng.randrange(1, 4)):
            q += 1
            prints.append((record, q))


def write(record):
    print(json.dumps(record, separators=(",", ":")))


def watermark(source, tickers, until):
    write({"ev": "W", "src": source, "session": f"tape-{seed}", "tickers": tickers, "from": begin, "to": until})


if kind == "live":
    for number, (record, sequence) in enumerate(prints, 1):
        write(dict(record, q=sequence))
        if number % 500 == 0:
            watermark("live", roots, record["t"])
    watermark("live", roots, prints[-1][0]["t"])
elif kind == "rest":
    for root in roots:
        for record, _ in prints:
            if record["sym"].startswith("O:" + root):
                write(dict(record, src="rest"))
        watermark("rest", [root], prints[-1][0]["t"])
else:
    for record, _ in sorted(prints, key=lambda p: (p[0]["sym"], p[0]["t"])):
        write(dict(record, src="flat"))
