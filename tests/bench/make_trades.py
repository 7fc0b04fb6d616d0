#!/usr/bin/env python3
"""Writes N trade records in time order to stdout: many contracts, skewed sizes, some identical prints. Same seed, same bytes."""
import random
import sys

count = int(sys.argv[1])
seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
rng = random.Random(seed)
roots = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "SPY", "QQQ", "IWM"]
symbols = [
    f"O:{rng.choice(roots)}2512{day:02d}{side}{strike * 2500:08d}"
    for day in (5, 12, 19, 26)
    for side in "CP"
    for strike in range(20, 120)
]
t = 1764945000000  # 2025-12-05 09:30 in New York
q = 1
out = []
for _ in range(count):
    t += rng.randrange(0, 25)
    q += rng.randrange(1, 4)
    line = '{"ev":"T","sym":"%s","x":%d,"p":%s,"s":%d,"c":[%d],"t":%d,"q":%d}' % (
        rng.choice(symbols), rng.randrange(300, 325), round(rng.lognormvariate(1, 1), 2),
        int(rng.paretovariate(0.8)) % 5000 + 1, rng.choice((209, 209, 219, 227, 232)), t, q)
    out.append(line)
    if rng.random() < 0.001:
        q += 1
        out.append(line[: line.rindex('"q":')] + '"q":%d}' % q)
sys.stdout.write("\n".join(out[:count]) + "\n")
