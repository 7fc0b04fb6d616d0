#!/usr/bin/env bash
# Monthly partitions under the real tools: the same rows and answers as without, while a sink writes; months come and go.
# shellcheck source=SCRIPTDIR/cluster.bash
. "$(dirname "$0")/cluster.bash"
partitions=$(dirname "$0")/../../scripts/partitions
server=
all_pages() { # every page of the API, from the newest trade to the oldest
    python3 - "$port" <<'PYTHON'
import json, sys, urllib.request
cursor = ""
while cursor is not None:
    url = f"http://127.0.0.1:{sys.argv[1]}/api/pulse/smart-money?limit=700&cancelled=include{cursor}"
    page = json.load(urllib.request.urlopen(url))
    for trade in page["trades"]:
        print(json.dumps(trade))
    cursor = page["next"] and f"&cursor={page['next']}"
PYTHON
}
serve() {
    [ -z "$server" ] || kill "$server"
    "$PULSE_BIN/pulse-serve" --listen 127.0.0.1:0 2>"$work/serve.log" &
    server=$!
    wait_for "pulse-serve" grep -q "listening on" "$work/serve.log"
    port=$(sed -n 's/.*listening on http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$work/serve.log")
}

# Trades around the end of a month and the end of a year, every print of every contract.
for day in 2025-11-28 2025-12-05 2025-12-31 2026-01-02; do
    "$PULSE_BIN/polygon-sim" generate --trades 4000 --seed 7 --date $day
done | "$PULSE_BIN/occ-filter" --quiet-hits --min-premium 0 2>"$work/log" >"$work/tape"
half=$(($(wc -l <"$work/tape") / 2))

database whole
sink <"$work/tape"
snapshot >"$work/expected"
serve
all_pages >"$work/pages"
expect "pages hold all rows" "$(wc -l <"$work/pages")" "$(sql 'SELECT count(*) FROM smart_money_trades')"

# Split while a sink is in the middle of its work.
database parted
sink --migrate-only
sql "CREATE ROLE reader LOGIN; GRANT SELECT ON smart_money_trades TO reader"
mkfifo "$work/slow"
"$pg_sink" --batch-rows 500 <"$work/slow" 2>"$work/slow.log" &
slow=$!
exec 3>"$work/slow"
head -n "$half" "$work/tape" >&3
some_rows() { [ "$(sql 'SELECT count(*) > 1000 FROM smart_money_trades')" = t ]; }
wait_for "the first rows" some_rows
"$partitions" split
tail -n +$((half + 1)) "$work/tape" >&3
exec 3>&-
wait $slow || { cat "$work/slow.log"; fail "the sink failed when the table was split"; }
snapshot >"$work/actual"
same "rows, split under a running sink" "$work/expected" "$work/actual"
sink <"$work/tape"
snapshot >"$work/actual"
same "rows, the whole tape once more" "$work/expected" "$work/actual"
expect "the reader's right" "$(sql "SELECT has_table_privilege('reader', 'smart_money_trades', 'SELECT')")" t
serve
all_pages >"$work/pages.parted"
same "pages" "$work/pages" "$work/pages.parted"

# Every row has its month, or waits in the partition for the others until its month is made.
inside() { sql "SELECT count(*) FROM $1 WHERE date_trunc('month', trade_time AT TIME ZONE 'UTC') <> '$2'"; }
expect "strangers in December" "$(inside smart_money_trades_2025_12 2025-12-01)" 0
[ "$(sql 'SELECT count(*) FROM smart_money_trades_2025_12')" -gt 0 ] || fail "December is empty"
tomorrow=$(date -u -d "$(date -u +%Y-%m-15) 5 months" +%Y-%m)
sql "INSERT INTO smart_money_trades SELECT '$tomorrow-15 15:00Z', option_symbol, ticker, expiry, side, strike, price, size, premium, dte,
     exchange, conditions, occurrence, sequence, source FROM smart_money_trades LIMIT 1"
expect "rows of a month to come" "$(sql "SELECT count(*) FROM smart_money_trades_other WHERE trade_time >= '$tomorrow-01Z'")" 1
"$partitions" ahead 5
"$partitions" ahead 5
expect "rows of no month, afterwards" "$(sql 'SELECT count(*) FROM smart_money_trades_other')" 0
expect "strangers in January" "$(inside smart_money_trades_2026_01 2026-01-01)" 0
expect "rows of the new month" "$(sql "SELECT count(*) FROM smart_money_trades_${tomorrow/-/_}")" 1

# Old months leave; what they held stays at hand, and the rest is where it was.
sql "INSERT INTO coverage SELECT 'live', 's', ticker, t, t + interval '30 days' FROM (VALUES ('AAPL', timestamptz '2025-10-01Z'),
     ('MSFT', '2025-11-20Z'), ('TSLA', '2025-12-05Z')) AS c (ticker, t)"
months=$((($(date -u +%Y) - 2025) * 12 + 10#$(date -u +%m) - 12))
expect "detached" "$("$partitions" detach $months)" "detached smart_money_trades_2025_11"
[ "$(sql 'SELECT count(*) FROM smart_money_trades_2025_11')" -gt 0 ] || fail "the rows of November are gone"
expect "rows of November in the table" "$(sql "SELECT count(*) FROM smart_money_trades WHERE trade_time < '2025-12-01Z'")" 0
expect "coverage left" "$(sql "SELECT string_agg(ticker || ' ' || (from_time AT TIME ZONE 'UTC')::date, ', ' ORDER BY ticker) FROM coverage WHERE session = 's'")" \
    "MSFT 2025-12-01, TSLA 2025-12-05"
expect "a second time" "$("$partitions" detach $months)" ""
expect "one that is split already" "$("$partitions" split 2>&1 | grep -o 'is partitioned already' || true)" "is partitioned already"
kill "$server"
echo ok
