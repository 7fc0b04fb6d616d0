"""occ-filter's default rule with python's own json."""
import json
import sys
from datetime import date

WANT = {"AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA"}
for line in sys.stdin:
    r = json.loads(line)
    sym = r["sym"]
    if sym[2:-15] not in WANT:
        continue
    e = sym[-15:-9]
    dte = date(2000 + int(e[:2]), int(e[2:4]), int(e[4:])).toordinal() - 719163 - int((r["t"] / 1000 - 18000) // 86400)
    premium = r["p"] * r["s"] * 100
    if 0 <= dte <= 30 and premium >= 50000:
        r.update(ticker=sym[2:-15], premium=premium, dte=dte)
        print(json.dumps(r))
