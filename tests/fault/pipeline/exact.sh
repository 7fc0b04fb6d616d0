#!/usr/bin/env bash
# Stream, filter and store at full speed: exactly the rows that the filter finds in the tape; a second time no more.
# PULSE_TRADES chooses the length of the tape.
# shellcheck source=tests/fault/pipeline/harness.bash
. "$(dirname "$0")/harness.bash"
make_tape "${PULSE_TRADES:-300000}" 3
vendor max
database exact
run_to_end
sql "SELECT round(extract(epoch FROM trade_time) * 1000)::bigint, option_symbol, exchange, price, size, conditions, ticker,
            expiry, side, strike, premium, dte
     FROM smart_money_trades" >"$work/table"
python3 - "$work/hits" "$work/table" <<'PY' || fail "the table holds other rows than the filter kept"
import collections, decimal, json, sys

def number(text):
    return decimal.Decimal(str(text)).normalize()

kept = collections.Counter()
with open(sys.argv[1], encoding="utf-8") as hits:
    for line in hits:
        r = json.loads(line, parse_float=decimal.Decimal)
        conditions = r.get("c", [])
        if {201, 203, 205, 207} & set(conditions):
            continue  # a cancel is a message, not a row
        kept[(r["t"], r["sym"], r["x"], number(r["p"]), r["s"], tuple(conditions), r["ticker"], r["expiry"], r["side"],
              number(r["strike"]), number(r["premium"]), r["dte"])] += 1
stored = collections.Counter()
with open(sys.argv[2], encoding="utf-8") as rows:
    for line in rows:
        t, sym, x, p, s, c, ticker, expiry, side, strike, premium, dte = line.rstrip("\n").split("|")
        conditions = tuple(int(id) for id in c.strip("{}").split(",") if id)
        stored[(int(t), sym, int(x), number(p), int(s), conditions, ticker, expiry, side, number(strike), number(premium),
                int(dte))] += 1
print(f"{sum(kept.values())} kept, {sum(stored.values())} stored, {sum(n - 1 for n in kept.values())} identical prints")
for row in list((kept - stored))[:5]:
    print("missing:", row)
for row in list((stored - kept))[:5]:
    print("surplus:", row)
sys.exit(0 if kept and kept == stored else 1)
PY
sql "SELECT pg_total_relation_size('smart_money_trades') / count(*) || ' bytes a stored row' FROM smart_money_trades"
rows >"$work/first"
run_to_end
rows >"$work/second"
same "the same tape a second time" "$work/first" "$work/second"
[ "$(sql 'SELECT count(*) FROM coverage')" -gt 0 ] || fail "no coverage was recorded"
echo ok
